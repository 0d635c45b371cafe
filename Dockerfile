# The static binary and nothing else: docker build --build-arg VERSION=0.1.0 --build-arg REVISION="$(git rev-parse HEAD)" .
# with the binary of the platform beside it as `relgate`, executable for all.
#
# It has no git and no shell, so it judges by the configuration that is mounted; for --config-ref copy the binary into an image with git:
#     COPY --from=relgate /relgate /usr/local/bin/relgate
FROM scratch
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="relgate" \
      org.opencontainers.image.description="A release gate: reads what security scanners wrote and answers pass, ticket or block" \
      org.opencontainers.image.source="https://github.com/relgate/relgate" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY relgate LICENSE-MIT LICENSE-APACHE /
# Nobody: what is to be written needs --user with the owner of the mounted folder.
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/relgate"]
