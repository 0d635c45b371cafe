#!/usr/bin/env python3
"""look.py act LOG OUT VERDICT EXIT [hostile] - what one job of act did, held against what it should have done.
look.py markdown FILE - Markdown holds nothing that only its author could have put there.
look.py subject REPORT KEY=VALUE... - facts of a JSON report.
look.py script WORKFLOW... JOB - the one script of a job.
look.py snippets DOCUMENT FOLDER - the YAML of a document that stands behind a marker such as <!-- circle-ci -->, as files.
look.py template FILE FOLDER - a template of GitLab with the defaults of its inputs, and its script.
look.py zizmor - findings of zizmor as JSON from the standard input; exits 1 if there is one."""
import json, os, re, sys

OUTPUTS = {
    *("verdict", "exit_code", "findings", "block", "ticket", "pass", "excepted", "vex", "sightings", "complete", "configuration_only", "report_dir"),
    *("config_ref", "json", "html", "comment", "sarif"),
}
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
# What relgate folds away with, and nothing else.
TAGS = re.compile(r"(</?(details|summary|b|sub|br|strong|code)( open)?/?>|<!-- relgate:report -->|\s)*")


def fail(*said):
    sys.exit("look.py: " + " ".join(map(str, said)))


def expect(real, wanted, what):
    if real != wanted:
        fail(f"{what}: {real!r} instead of {wanted!r}")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8", newline="") as file:
        return file.read()


def act(log, out, verdict, code, hostile=""):
    rows = [json.loads(line) for line in read(log).splitlines() if line.startswith("{")]
    gate = [row for row in rows if row.get("stepID") == ["gate", "gate"]]
    if not gate:
        fail("the step did not run")
    outputs = json.loads(read(out, "outputs.json"))
    expect(outputs.get("verdict"), verdict, "output verdict")
    expect(outputs.get("exit-code"), code, "output exit-code")
    expect(read(out, "outcome"), "success" if code == "0" else "failure", "outcome")
    if code != "0":
        expect([row["msg"].strip() for row in rows if row["msg"].startswith("exit status")][:1], [f"exit status {code}"], "exit code")
    # act hands on the outputs of the steps within, too.
    names = {name.replace("-", "_") for name in outputs}
    expect(names - OUTPUTS, set(), "outputs that are not the action's")
    for name in ("findings", "block", "ticket", "pass", "excepted", "vex", "sightings"):
        if os.path.exists(os.path.join(out, "report")) and not re.fullmatch("[0-9]+", outputs.get(name, "")):
            fail(f"output {name} is {outputs.get(name)!r}")
    if verdict == "undecided" and outputs.get("sarif"):
        fail("an undecided run offers its SARIF")

    # Commands that the runner obeyed: ours alone.
    commands = {}
    for row in gate:
        if row.get("command") == "set-output":
            # By a file or, forged, by the log: act tells both alike, and what the file says counts last.
            if row["name"] not in OUTPUTS or row["arg"] != outputs.get(row["name"], ""):
                fail(f"an output that is not the action's: {row['name']}={row['arg']!r}")
        elif row.get("command") not in (None, "summary"):
            commands.setdefault(row["command"], []).append(row.get("raw", row["msg"]))
    tokens = {row["arg"] for row in gate if row.get("command") == "stop-commands"}
    strange = set(commands) - {"stop-commands", "error", "warning", "notice"} - tokens
    expect(strange, set(), f"commands in the log, {[commands[name][:1] for name in strange]}")
    for kind in ("error", "warning"):
        if len(commands.get(kind, [])) > 10:
            fail(f"{len(commands[kind])} annotations of kind {kind}")
    if os.path.exists(os.path.join(out, "report")) and len(tokens) != 1:
        fail(f"the report stands between {len(tokens)} stop-commands")
    for row in gate:
        # What act tells of the step itself is not of the step.
        if ("raw_output" in row or "raw" in row) and CONTROL.search(row.get("raw", row["msg"]).rstrip("\r\n")):
            fail(f"a control character in the log: {row['msg']!r}")

    # The summary, as act read it from the file.
    summaries = [row["content"] for row in gate if row.get("command") == "summary"]
    if not summaries:
        fail("no step summary")
    words = {"pass": "pass", "ticket": "ticket", "block": "block", "undecided": "undecided"}[verdict]
    if words not in summaries[0][:400].lower():
        fail(f"the summary does not say {words}: {summaries[0][:400]!r}")
    markdown_text(summaries[0])
    if os.path.exists(os.path.join(out, "report", "summary.md")):
        expect(summaries[0].strip(), read(out, "report", "summary.md").strip(), "the step summary")
        markdown_text(read(out, "report", "comment.md"))
        usual(os.path.join(out, "report"))

    for row in rows:
        if "***" in row["msg"]:
            fail(f"something is masked: {row['msg']!r}")
    if not any("the mask leaves maskprobe alone" in row["msg"] for row in rows if row.get("raw_output")):
        fail("the word of the last step is masked")
    environment = read(out, "env")
    if re.search(r"(?m)^(FORGED|forged)=|/tmp/forged", environment):
        fail("the environment of later steps is forged")
    if hostile:
        if os.path.exists(os.path.join(out, "report")):
            expect(int(outputs["block"]) > 100, True, "hostile findings block")


def markdown_text(text):
    """Rendered as GitHub does, nothing of a scanner is a link, an image, HTML, a heading or a mention."""
    from markdown_it import MarkdownIt

    if CONTROL.search(text):
        fail(f"a control character in Markdown: {CONTROL.search(text)!r}")
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    for token in parser.parse(text):
        if token.type == "html_block" and not TAGS.fullmatch(re.sub(r"(?s)<summary>.*?</summary>", "", token.content)):
            fail(f"HTML in Markdown: {token.content!r}")
        for inner in token.children or []:
            if inner.type in ("image", "link_open"):
                fail(f"{inner.type} in Markdown: {inner.attrs}")
            if inner.type == "html_inline" and not TAGS.fullmatch(inner.content):
                fail(f"HTML in Markdown: {inner.content!r}")
            if inner.type == "text" and re.search(r"(?<![\w`])@(everyone|acme/)", inner.content):
                fail(f"a mention in Markdown: {inner.content!r}")
    headings = [after.content for before, after in zip(parser.parse(text), parser.parse(text)[1:]) if before.type == "heading_open"]
    if any(re.fullmatch("PASS", heading) for heading in headings):
        fail(f"a forged heading in Markdown: {headings}")


def subject(report, *facts):
    told = json.loads(read(report))["subject"]
    for key, value in (fact.split("=", 1) for fact in facts):
        expect(told[key], value, key)


def usual(folder):
    """The files of --out-dir are there, and each is what its name says."""
    import csv
    from xml.etree import ElementTree

    for name in ("report.txt", "summary.md", "comment.md", "report.html", "relgate.env"):
        expect(os.path.getsize(os.path.join(folder, name)) > 0, True, name)
    for name in ("report.json", "report.sarif", "gl-code-quality-report.json", "tickets.json"):
        json.loads(read(folder, name))
    ElementTree.parse(os.path.join(folder, "junit.xml"))
    for row in csv.reader(read(folder, "findings.csv").splitlines(keepends=True), strict=True):
        if any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in row):
            fail(f"a formula in findings.csv: {row}")
    if re.search(r"(?i)<(script|img|iframe|object|base|meta http-equiv=.refresh)|javascript:[^<]*\"\s*>| on[a-z]+=[\"']", read(folder, "report.html")):
        fail("report.html has what runs or loads")
    for line in read(folder, "relgate.env").splitlines():
        if not re.fullmatch("RELGATE_[A-Z_]+=[a-z0-9]+", line):
            fail(f"relgate.env has {line!r}")


def script(*arguments):
    """Cut out by its indentation."""
    *files, job = arguments
    for text in map(read, files):
        if f"\n  {job}:\n" in text:
            body = text.split(f"\n  {job}:\n", 1)[1].split("        run: |\n", 1)[1]
            print(re.sub("(?m)^ {10}", "", body))
            return
    fail(f"no job {job}")


def snippets(document, folder):
    found = 0
    for name, text in re.findall(r"(?ms)^<!-- ([a-z-]+) -->\n```yaml\n(.*?)^```$", read(document)):
        found += 1
        # Some checkers go by the name.
        place = os.path.join(folder, name, ".github", "workflows")
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, f"{found}.yml"), "w", encoding="utf-8") as file:
            file.write(text)
    print(f"{found} snippets")
    if found < 6:
        fail(f"only {found} snippets in {document}")


def template(file, folder):
    header, body = read(file).split("\n---\n", 1)
    inputs, name = {}, None
    for line in header.splitlines():
        if match := re.fullmatch(r"    ([a-z-]+):", line):
            name = match[1]
            inputs[name] = name
        elif match := re.fullmatch(r"      default: (.*)", line):
            inputs[name] = match[1].strip('"')
    filled = re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", lambda match: inputs[match[1]], body)
    if "$[[" in filled:
        fail("an input that the header does not have")
    with open(os.path.join(folder, "template.yml"), "w", encoding="utf-8") as out:
        out.write(filled)
    script = filled.split("    - |\n", 1)[1].split("\n  # Tickets", 1)[0]
    with open(os.path.join(folder, "template.sh"), "w", encoding="utf-8") as out:
        out.write("#!/bin/sh\n" + re.sub("(?m)^      ", "", script) + "\n")


def zizmor():
    found = json.load(sys.stdin)
    for finding in found:
        print(finding["ident"], finding["determinations"]["severity"], json.dumps(finding["locations"][0]["symbolic"]["key"]))
    sys.exit(1 if found else 0)


{"act": act, "markdown": lambda file: markdown_text(read(file)), "subject": subject, "script": script, "snippets": snippets, "template": template, "zizmor": zizmor}[sys.argv[1]](*sys.argv[2:])
