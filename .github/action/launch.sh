#!/usr/bin/env bash
# Runs relgate as a step of GitHub Actions: finds the binary, fetches the tip of the protected target branch, and hands its hash on
# as --config-ref. The exit code is that of relgate; whatever keeps it from being run is undecided, 2.
#
# Written for bash 3.2, which is what macOS has. docs/ci.md tells users what it does.
#
# shellcheck disable=SC2317 # functions are called by name, through `each` and `trap`
set -euo pipefail
umask 077

workspace=${GITHUB_WORKSPACE:-$PWD}
# A `git` or `curl` that the change brings along is not taken: folders of the PATH within the workspace are left out.
inside=$(cd -- "$workspace" 2>/dev/null && pwd -P) || inside=/nowhere
kept=
IFS=: read -r -a folders <<<"${PATH:-}"
for folder in ${folders[@]+"${folders[@]}"}; do
  real=$(cd -- "${folder:-.}" 2>/dev/null && pwd -P) || continue
  [[ $folder == /* && $real != "$inside" && $real != "$inside"/* ]] || continue
  kept=${kept:+$kept:}$folder
done
PATH=$kept
export PATH

# --- what is said ---------------------------------------------------------------------------------------------------------------

# Lines of a log that begin with `::`, or have `##[` anywhere, are commands to the runner: nothing that is not ours gets there raw.
plain() { LC_ALL=C tr -c '[:print:]\n' '?' | sed -e 's/##/# #/g' -e 's/::/: :/g'; }

published=0
# The outputs of a run that relgate did not get to. What cannot be written changes nothing about the exit code.
publish_undecided() {
  published=1
  if [[ -n ${GITHUB_OUTPUT:-} ]]; then
    { printf 'verdict=undecided\nexit_code=2\nsarif=\n' >>"$GITHUB_OUTPUT"; } 2>/dev/null || true
  fi
}

# Ends the run: what is wrong; what to do.
undecided() {
  local text
  text=$(printf '%s' "$1" | plain | tr '\n' ' ')
  printf 'undecided: %s\n' "$text" >&2
  text=${text//'%'/%25}
  printf '::error title=relgate is undecided::%s\n' "$text"
  publish_undecided
  if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then
    # Four blanks make a code block, in which nothing is a link or a mention.
    { printf '## relgate: undecided\n\n    %s\n\n' "$(printf '%s' "$1" | plain | tr '\n' ' ')" >>"$GITHUB_STEP_SUMMARY"; } 2>/dev/null || true
  fi
  exit 2
}

scratch=
finish() {
  local status=$?
  [[ -z $scratch ]] || rm -rf -- "$scratch"
  # An error of this script itself must not look like a verdict: 1 would read as a block.
  if (( status != 0 && ! published )); then
    publish_undecided
    printf 'undecided: the launcher failed with status %s\n' "$status" >&2
    exit 2
  fi
  exit "$status"
}
trap finish EXIT

# --- where and with what ---------------------------------------------------------------------------------------------------------

temporary=${RUNNER_TEMP:-${TMPDIR:-/tmp}}
cd -- "$workspace" || undecided 'GITHUB_WORKSPACE is no folder; run actions/checkout before this step'
here=$workspace
if [[ -n ${RELGATE_INPUT_WORKING_DIRECTORY:-} ]]; then
  cd -- "$RELGATE_INPUT_WORKING_DIRECTORY" || undecided 'working-directory is no folder of the workspace; mend the input'
  here=$PWD
fi
scratch=$(mktemp -d "$temporary/relgate-run.XXXXXX") || undecided 'no temporary folder can be made; look at the disk of the runner'

# Earlier steps can set variables for this one, and git obeys many.
for name in $(compgen -e); do
  case $name in GIT_*) unset "$name" ;; esac
done
export GIT_TERMINAL_PROMPT=0 GIT_CONFIG_GLOBAL=/dev/null GIT_NO_REPLACE_OBJECTS=1 GIT_OPTIONAL_LOCKS=0 LC_ALL=C

# --- the binary ------------------------------------------------------------------------------------------------------------------

list=$(dirname -- "${BASH_SOURCE[0]}")/binaries.txt
releases=https://github.com/relgate/relgate/releases/download

sum_of() {
  if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d ' ' -f 1
}

# Downloads the release that the list names, and takes it only if its sum is the one that was committed here.
downloaded() {
  local target version='' wanted='' suffix='' v t s
  case ${RUNNER_OS:-}-${RUNNER_ARCH:-} in
    Linux-X64) target=x86_64-unknown-linux-gnu ;;
    Linux-ARM64) target=aarch64-unknown-linux-gnu ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64) target=x86_64-pc-windows-msvc suffix=.exe ;;
    *) undecided "there is no binary for ${RUNNER_OS:-this system} on ${RUNNER_ARCH:-this processor}; build relgate and give the input binary-path" ;;
  esac
  while read -r v t s; do
    if [[ $t == "$target" ]]; then version=$v wanted=$s; fi
  done < <(grep -v '^#' "$list")
  [[ -n $version ]] || undecided "no release of relgate is published for $target that this version of the action knows; build relgate and give the input binary-path"
  [[ $version =~ ^[0-9A-Za-z.+-]+$ && $wanted =~ ^[0-9a-f]{64}$ ]] || undecided 'binaries.txt of the action is damaged; pin the action to another commit'
  binary=$scratch/relgate$suffix
  curl --proto '=https' --proto-redir '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 --max-time 300 \
    --output "$binary" -- "$releases/v$version/relgate-$version-$target$suffix" 2>"$scratch/said" ||
    undecided "relgate $version cannot be downloaded: $(head -n 2 "$scratch/said"); run the job again, or give the input binary-path"
  [[ $(sum_of "$binary") == "$wanted" ]] || undecided "what was downloaded is not relgate $version: its SHA-256 is another one; nothing of it was run"
  chmod 0700 "$binary"
}

if [[ -n ${RELGATE_INPUT_BINARY_PATH:-} ]]; then
  binary=$RELGATE_INPUT_BINARY_PATH
  case $binary in /* | [A-Za-z]:*) ;; *) binary=$workspace/$binary ;; esac
  [[ -f $binary && -x $binary ]] || undecided 'binary-path is no program; build relgate before this step, or mend the input'
else
  downloaded
fi

# --- the commit that the configuration is read from ----------------------------------------------------------------------------

# The branch whose tip that is, in `target`; nothing stands for the remote's HEAD, which is the default branch.
target=
choose_target() {
  local default=${RELGATE_EVENT_DEFAULT:-}
  case ${GITHUB_EVENT_NAME:-} in
    pull_request | pull_request_target | pull_request_review | pull_request_review_comment)
      target=${GITHUB_BASE_REF:-${RELGATE_EVENT_BASE:-}}
      [[ -n $target ]] || undecided 'the event names no target branch; give the input config-ref'
      ;;
    merge_group)
      target=${RELGATE_EVENT_QUEUE:-}
      target=${target#refs/heads/}
      [[ -n $target ]] || undecided 'the event names no target branch; give the input config-ref'
      ;;
    *)
      # A branch that is not protected is its author's: what is pushed there would be judged by its own policy.
      if [[ ${GITHUB_REF_TYPE:-} == branch && ${RELGATE_EVENT_PROTECTED:-} == true ]]; then
        target=${GITHUB_REF_NAME:-}
      else
        target=$default
      fi
      ;;
  esac
}

# Fetches it into a repository of its own, with no configuration but the system's: that of the clone is within reach of earlier
# steps, and --depth=1 there would cut off the history of a full clone. The hash is that of what the remote sent, never of a ref
# of the clone, which a change may move. Then the objects go to the clone, where relgate looks for them; it computes their hashes.
fetch_config_ref() {
  local server=${GITHUB_SERVER_URL:-} scheme ref=HEAD what='the default branch' basic gitdir pack format url
  url=$server/${GITHUB_REPOSITORY:-}
  [[ $server =~ ^(https|http|file)://[][A-Za-z0-9._:/~-]+$ ]] || undecided 'GITHUB_SERVER_URL is no URL that can be fetched from; give the input config-ref'
  scheme=${server%%://*}
  [[ -n ${GITHUB_REPOSITORY:-} ]] || undecided 'GITHUB_REPOSITORY is not set; give the input config-ref'
  command -v git >/dev/null || undecided 'git is not installed; install it in the image of the job'
  if [[ -n $target ]]; then
    ref=refs/heads/$target
    git check-ref-format "$ref" || undecided 'the event names a target branch that git does not allow; give the input config-ref'
    what="the branch $target"
  fi
  gitdir=$(git -c safe.directory='*' rev-parse --absolute-git-dir 2>/dev/null) ||
    undecided 'this is no clone; run actions/checkout before this step, in the same job'
  format=$(git --git-dir="$gitdir" config --get extensions.objectformat 2>/dev/null || printf sha1)

  git init --quiet --bare --template= --object-format="$format" "$scratch/base" 2>"$scratch/said" ||
    undecided "git cannot make a repository: $(head -n 1 "$scratch/said"); use git 2.30 or newer"
  if [[ -n ${RELGATE_INPUT_TOKEN:-} ]]; then
    # In a file that only we can read, as arguments can be read by every process.
    basic=$(printf 'x-access-token:%s' "$RELGATE_INPUT_TOKEN" | base64 | tr -d '\r\n')
    printf '[http "%s/"]\n\textraheader = "AUTHORIZATION: basic %s"\n' "$server" "$basic" >>"$scratch/base/config"
  fi
  GIT_ALLOW_PROTOCOL=$scheme git --git-dir="$scratch/base" -c credential.helper= -c core.hooksPath=/dev/null -c http.followRedirects=false \
    -c fetch.unpackLimit=1 -c gc.auto=0 -c maintenance.auto=false \
    fetch --quiet --depth=1 --no-tags --no-recurse-submodules -- "$url" "$ref" </dev/null 2>"$scratch/said" ||
    undecided "the tip of $what cannot be fetched: $(head -n 2 "$scratch/said"); the job needs \`permissions: contents: read\`, and the input token one that may read this repository. The policy is not read from the change instead"
  config_ref=$(git --git-dir="$scratch/base" rev-parse --verify --quiet --end-of-options 'FETCH_HEAD^{commit}') ||
    undecided "the tip of $what is no commit; give the input config-ref"
  for pack in "$scratch"/base/objects/pack/*.pack; do
    git --git-dir="$gitdir" -c core.hooksPath=/dev/null index-pack --stdin <"$pack" >/dev/null 2>"$scratch/said" ||
      undecided "the tip of $what cannot be put into the clone: $(head -n 1 "$scratch/said"); look at the disk and the permissions of .git"
  done
  rm -rf -- "$scratch/base"
  printf 'relgate: the configuration is that of %s, %s\n' "$what" "$config_ref"
}

config_ref=${RELGATE_INPUT_CONFIG_REF:-}
choose_target
case $config_ref in
  '') fetch_config_ref ;;
  none)
    config_ref=
    printf '::warning title=relgate::config-ref is none: the configuration is that of the work tree, which a pull request may change\n'
    ;;
  *)
    [[ $config_ref =~ ^[0-9a-f]{40}([0-9a-f]{24})?$ ]] || undecided 'config-ref is neither a full hash nor none; give all 40 (or 64) hexadecimal digits'
    ;;
esac
unset RELGATE_INPUT_TOKEN

# --- the command line -------------------------------------------------------------------------------------------------------------

args=(check --ci=github)
[[ -z $config_ref ]] || args+=("--config-ref=$config_ref")

flag() { [[ -z $2 ]] || args+=("$1=$2"); }

# One entry a line; blanks around it and empty lines are not part of the list.
each() {
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    line=${line#"${line%%[![:blank:]]*}"}
    line=${line%"${line##*[![:blank:]]}"}
    [[ -z $line ]] || "$1" "$line"
  done <<<"$2"
}
policy() { args+=("--policy=$1"); }
exceptions() { args+=("--exceptions=$1"); }
vex() { args+=("--vex=$1"); }
texts=0 outputs=0
output() {
  outputs=1
  [[ $1 != text=- ]] || texts=1
  args+=("--output=$1")
}
reports=()
report() { reports+=("$1"); }

each policy "${RELGATE_INPUT_POLICY:-}"
each exceptions "${RELGATE_INPUT_EXCEPTIONS:-}"
each vex "${RELGATE_INPUT_VEX:-}"
each output "${RELGATE_INPUT_OUTPUT:-}"
each report "${RELGATE_INPUT_REPORTS:-}"
# With outputs of one's own the log would have no report.
(( ! outputs || texts )) || args+=(--output=text=-)

# What a queue's own branch or a merge commit is called is not the branch that they are meant for.
branch=${RELGATE_INPUT_BRANCH:-}
case ${GITHUB_EVENT_NAME:-} in
  merge_group | pull_request_review | pull_request_review_comment) branch=${branch:-$target} ;;
esac
flag --base-policy "${RELGATE_INPUT_BASE_POLICY:-}"
flag --policy-digest "${RELGATE_INPUT_POLICY_DIGEST:-}"
flag --baseline "${RELGATE_INPUT_BASELINE:-}"
flag --commit "${RELGATE_INPUT_COMMIT:-}"
flag --repository "${RELGATE_INPUT_REPOSITORY:-}"
flag --branch "$branch"
flag --stage "${RELGATE_INPUT_STAGE:-}"
flag --release "${RELGATE_INPUT_RELEASE:-}"
flag --service "${RELGATE_INPUT_SERVICE:-}"
flag --artifact "${RELGATE_INPUT_ARTIFACT:-}"
flag --root "${RELGATE_INPUT_ROOT:-}"
flag --source-root "${RELGATE_INPUT_SOURCE_ROOT:-}"
flag --ticket-exit-code "${RELGATE_INPUT_TICKET_EXIT_CODE:-}"
case ${RELGATE_INPUT_DRY_RUN:-false} in
  true) args+=(--dry-run) ;;
  false | '') ;;
  *) undecided 'dry-run is neither true nor false; mend the input' ;;
esac

# Outside of the workspace, where a change could have put a file or a link in the place of a report.
out=${RELGATE_INPUT_OUT_DIR:-}
if [[ -z $out ]]; then
  out=$(mktemp -d "$temporary/relgate-report.XXXXXX") || undecided 'no folder for the reports can be made; look at the disk of the runner'
  # Later steps may run as somebody else, as in a container.
  chmod 0755 "$out"
fi
case $out in
  *[[:cntrl:]]*) undecided 'out-dir has a control character; mend the input' ;;
  /* | [A-Za-z]:*) ;;
  *) out=$here/$out ;;
esac
args+=("--out-dir=$out" --)

# --- the verdict ------------------------------------------------------------------------------------------------------------------

umask 022
status=0
# Git's shell on Windows would take `sarif:a/b` for a list of paths.
MSYS2_ARG_CONV_EXCL='*' "$binary" "${args[@]}" ${reports[@]+"${reports[@]}"} </dev/null || status=$?

case $status in
  0 | 1 | 2 | "${RELGATE_INPUT_TICKET_EXIT_CODE:-0}") published=1 ;;
  *) undecided "relgate ended with status $status, which is no verdict; look at the log above, and report it" ;;
esac

# What lies there from this run, for later steps. SARIF of an undecided run is not offered: uploaded, it would close every alert of
# the scans that are missing.
if [[ -n ${GITHUB_OUTPUT:-} ]]; then
  {
    [[ -z $config_ref ]] || printf 'config_ref=%s\n' "$config_ref"
    [[ ! -f $out/report.json ]] || printf 'json=%s\n' "$out/report.json"
    [[ ! -f $out/report.html ]] || printf 'html=%s\n' "$out/report.html"
    [[ ! -f $out/comment.md ]] || printf 'comment=%s\n' "$out/comment.md"
    # A command line that was refused publishes nothing by itself.
    (( status != 2 )) || printf 'verdict=undecided\nexit_code=2\nsarif=\n'
    # What is missing in it would close alerts.
    (( status == 2 )) || ! grep -qx RELGATE_COMPLETE=true "$out/relgate.env" 2>/dev/null || [[ ! -f $out/report.sarif ]] || printf 'sarif=%s\n' "$out/report.sarif"
  } >>"$GITHUB_OUTPUT" || printf '::warning title=relgate::the paths of the reports could not be published\n'
fi
exit "$status"
