"""check RELGATE TOOLS WORK - the part of .ci/outputs that runs when everything is installed."""
import collections
import concurrent.futures
import csv
import io
import json
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import reports
from lxml import etree
from markdown_it import MarkdownIt

HERE = os.path.dirname(os.path.abspath(__file__))
# Notes of sarif-multitool that are taken as they are, and why.
ACCEPTED_NOTES = {
    "SARIF2002": "messages are the scanners' words: there is no message id behind them",
    "SARIF2003": "versionControlProvenance wants a repository, which only some runs are told",
    "SARIF2006": "the validator has no network to fetch $schema with",
    "SARIF2009": "rule ids are the tool's and the scanner's own, which is how people know them; not Pascal-case, not CS2001",
    "SARIF2010": "snippets are left out: what a secret scanner quotes must not be published again",
    "SARIF2011": "so are context regions",
    "SARIF2012": "a helpUri would be a scanner's link; names of rules are the scanner's",
}
# What GitLab's schema of Code Quality requires, and the severities that it knows.
SEVERITIES = {"info", "minor", "major", "critical", "blocker"}
# What changes how a line is shown: controls but for the end of a line, bidi controls, and what nobody sees.
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
# The notes of the HTML validator that are taken: it does not weigh hashes of a policy given by <meta>, which Chromium does, below; and the
# words of hostile reports are in no normal form, and are left as they are.
ACCEPTED_HTML = {"Inline style violates Content Security Policy (meta tag)": reports.RUNS, "Text run is not in Unicode Normalization Form C": ["hostile"]}

missed = []


def miss(run, what):
    missed.append(f"{run}: {what}")
    print(f"MISS {run}: {what}", flush=True)


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def sarif(tools, work, name, file):
    """Errors and notes by the validator. It exits 0 whatever it finds, so its own log is read."""
    multitool = [f"{tools}/node_modules/@microsoft/{folder}/Sarif.Multitool" for folder in os.listdir(f"{tools}/node_modules/@microsoft") if folder != "sarif-multitool"][0]
    log = f"{work}/{name}.validated.sarif"
    # What GitHub wants is asked as well: alerts are what the format is for.
    done = subprocess.run([multitool, "validate", file, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note", "--output", log, "--log", "ForceOverwrite"],
                          env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode or "Analysis completed successfully" not in done.stdout:
        miss(name, f"sarif-multitool ends with {done.returncode}: {done.stdout.strip()[-300:]}")
        return "not validated"
    with open(log, encoding="utf-8-sig") as out:
        found = json.load(out)["runs"][0].get("results", [])
    counted, shown = collections.Counter(), {}
    for result in found:
        level = result.get("level", "warning")
        counted[level] += 1
        key = (result["ruleId"], result["message"].get("id"))
        shown.setdefault(key, [0, level, result["message"].get("arguments")])[0] += 1
    for (rule, message), (number, level, arguments) in sorted(shown.items(), key=str):
        if level != "note" or rule not in ACCEPTED_NOTES:
            miss(name, f"SARIF: {level} {rule} {message} x{number}, such as {arguments}")
    results = json.loads(read(file))["runs"][0].get("results", [])
    notes = ", ".join(f"{rule} x{number}" for rule, number in sorted(collections.Counter(result["ruleId"] for result in found if result.get("level") == "note").items()))
    return f"{len(results)} results, {counted['error']} errors, {counted['warning']} warnings, notes: {notes or 'none'}"


def junit(tools, name, file):
    schema = etree.XMLSchema(etree.parse(f"{tools}/junit-10.xsd"))
    document = etree.parse(file)
    if not schema.validate(document):
        miss(name, f"JUnit: {schema.error_log.last_error}")
    root = document.getroot()
    cases, failures = root.findall(".//testcase"), root.findall(".//failure")
    errors, skipped = root.findall(".//error"), root.findall(".//skipped")
    for attribute, elements in (("tests", cases), ("failures", failures), ("errors", errors)):
        if int(root.get(attribute)) != len(elements):
            miss(name, f"JUnit: {attribute}={root.get(attribute)}, there are {len(elements)}")
    if len({(case.get("classname"), case.get("name")) for case in cases}) != len(cases):
        miss(name, "JUnit: two cases have one name, of which CI systems show one")
    return f"{len(cases)} cases, {len(failures)} failures, {len(errors)} errors, {len(skipped)} skipped"


def code_quality(name, file, report):
    issues, prints = json.loads(read(file)), set()
    for number, issue in enumerate(issues):
        location = issue.get("location") or {}
        begin = (location.get("lines") or {}).get("begin")
        texts = {"description": issue.get("description"), "check_name": issue.get("check_name"), "fingerprint": issue.get("fingerprint"), "location.path": location.get("path")}
        for key, text in texts.items():
            if not isinstance(text, str) or not text:
                miss(name, f"Code Quality: issue {number} has no {key}: {text!r}")
        if issue.get("severity") not in SEVERITIES:
            miss(name, f"Code Quality: issue {number} has the severity {issue.get('severity')!r}")
        if not isinstance(begin, int) or isinstance(begin, bool) or begin < 1:
            miss(name, f"Code Quality: issue {number} begins at line {begin!r}")
        # GitLab opens it below the repository. What a hostile report calls a path is none.
        if str(location.get("path")).startswith("/") and name != "hostile":
            miss(name, f"Code Quality: issue {number} has the path {location.get('path')!r}")
        if issue.get("fingerprint") in prints:
            miss(name, f"Code Quality: issue {number} has the fingerprint of another: {issue.get('fingerprint')}")
        prints.add(issue.get("fingerprint"))
    asked = sum(finding["decision"]["action"] != "pass" for finding in report["findings"])
    if len(issues) < asked:
        miss(name, f"Code Quality: {len(issues)} issues, {asked} findings block or get a ticket")
    return f"{len(issues)} issues, {len(prints)} fingerprints"


def table(name, file, report):
    text = read(file)
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    widths = {len(row) for row in rows}
    if len(widths) != 1:
        miss(name, f"CSV: rows of {sorted(widths)} cells")
    if len(rows) != 1 + len(report["findings"]):
        miss(name, f"CSV: {len(rows) - 1} rows for {len(report['findings'])} findings")
    for number, row in enumerate(rows):
        for cell in row:
            # Full-width forms are formulas to some spreadsheets, and so is what follows blanks.
            if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) or re.match("\\s*[=+@\uff1d\uff0b\uff0d\uff20]", cell):
                miss(name, f"CSV: row {number} has the cell {cell[:60]!r}")
            if UNSEEN.search(cell) or "\n" in cell:
                miss(name, f"CSV: row {number} has a cell with {UNSEEN.search(cell + chr(0)).group()!r}")
    return f"{len(rows)} rows of {'/'.join(map(str, sorted(widths)))} cells"


def texts(name, folder):
    """What a person or a log reads: nothing that changes how it is shown, no line that begins with a scanner's words."""
    told = {}
    for file in ("report.txt", "summary.md", "comment.md", "annotations.txt", "relgate.env", "report.html", "junit.xml", "report.json", "openvex.json", "tickets.json",
                 "report.sarif", "gl-code-quality-report.json"):
        text = read(f"{folder}/{file}")
        told[file] = len(text.encode())
        unseen = UNSEEN.search(text)
        if unseen:
            miss(name, f"{file}: {unseen.group()!r} at character {unseen.start()}")
        if file.endswith((".json", ".sarif")):
            json.loads(text)
    commands = read(f"{folder}/annotations.txt").splitlines()
    kinds = collections.Counter(re.split("[ :]", line[2:])[0] if line.startswith("::") else line for line in commands)
    if set(kinds) - {"error", "warning", "notice"} or kinds["error"] > 10 or kinds["warning"] > 10:
        miss(name, f"annotations: {dict(kinds)}")
    for line in read(f"{folder}/relgate.env").splitlines():
        if not re.fullmatch(r"RELGATE_[A-Z_]+=[a-z0-9]+", line):
            miss(name, f"dotenv: {line[:80]!r}")
    for file in ("report.txt", "summary.md", "comment.md"):
        for number, line in enumerate(read(f"{folder}/{file}").splitlines(), 1):
            if re.match(r"::|##\[|##vso\[|#?\s*PASS\b", line) or re.search(r"##(\[|vso)", line):
                miss(name, f"{file}:{number}: {line[:80]!r}")
    if told["comment.md"] > 60_000 or told["summary.md"] > 900_000:
        miss(name, f"Markdown: {told['comment.md']} and {told['summary.md']} bytes")
    return f"{len(commands)} annotations, {told['summary.md']} and {told['comment.md']} bytes of Markdown"


def markdown(work):
    """Markdown as GitHub reads it, with bare addresses made links: hostile words make nothing that harmless ones do not."""
    reader = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    told = []
    for file in ("summary.md", "comment.md"):
        pages = {name: reader.render(read(f"{work}/{name}/out/{file}")) for name in ("hostile", "harmless")}
        kinds = {name: set(re.findall(r"<[a-zA-Z!][^\s>]*", page)) for name, page in pages.items()}
        strange = kinds["hostile"] - kinds["harmless"]
        if strange or pages["hostile"].count("<!--") != 1:
            miss("hostile", f"{file}: makes {sorted(strange)}, {pages['hostile'].count('<!--')} comments")
        # Outside of code spans, what GitHub makes a mention or a reference of.
        plain = re.sub(r"<code\b.*?</code>", "", pages["hostile"], flags=re.DOTALL)
        active = re.findall(r"(?:^|[^\w`])(?:@octocat|@org/team|#1\b|GH-1\b|acme/pay#1|0123456789abcdef)", plain)
        if active:
            miss("hostile", f"{file}: GitHub makes something of {active[:5]}")
        told.append(f"{len(kinds['hostile'])} kinds of elements in {file}")
    return ", ".join(told)


def html(tools, pages):
    """The Nu validator, over all pages at once."""
    done = subprocess.run(["java", "-jar", f"{tools}/node_modules/vnu-jar/build/dist/vnu.jar", "--format", "json", "--stdout", "--exit-zero-always", *pages.values()],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    called = {"file:" + path: name for name, path in pages.items()}
    counted = collections.Counter()
    try:
        messages = json.loads(done.stdout)["messages"]
    except (ValueError, KeyError):
        miss("HTML", f"the validator says nothing: {done.stderr.strip()[-300:]}")
        return "not validated"
    for message in messages:
        name = called.get(re.sub("^file:/+", "file:/", message.get("url", "")), "?")
        if message["type"] == "info" and any(message["message"].startswith(start) and name in names for start, names in ACCEPTED_HTML.items()):
            counted["accepted"] += 1
            continue
        counted[message["type"]] += 1
        if counted[message["type"]] <= 20:
            miss(name, f"HTML:{message.get('lastLine')}:{message.get('lastColumn')}: {message['type']}: {message['message']}: {message.get('extract', '')[:120]!r}")
    return f"{len(pages)} pages, {counted['error']} errors, {counted['info']} warnings"


def browser(tools, pages, work):
    """The pages in Chromium. Each line that it prints is JSON: a miss, or what was looked at."""
    with open(f"{work}/pages.json", "w", encoding="utf-8") as out:
        json.dump(pages, out)
    process = subprocess.Popen(["node", f"{HERE}/page.js", tools, f"{work}/pages.json", os.environ.get("OUTPUTS_PICTURES", "")], stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "HOME": work})
    ended = False
    for line in process.stdout:
        row = json.loads(line)
        if "miss" in row:
            miss(row["page"], row["miss"])
        elif "done" in row:
            ended = True
        else:
            print(f"   {row['page']}: {row['told']}", flush=True)
    if process.wait() or not ended:
        miss("HTML", f"the browser's script ends with {process.returncode}")


def main(relgate, tools, work):
    started = time.monotonic()
    pages = {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        validated, seen = {}, {}
        for name, (_, _, expected, verdict) in reports.RUNS.items():
            folder = f"{work}/{name}"
            out = f"{folder}/out"
            code, printed, said = reports.judged(relgate, name, folder, "--out-dir", "out", "--output", "text=-", "--output", "openvex=out/openvex.json", "--output", "github-annotations=out/annotations.txt")
            if not os.path.exists(f"{out}/report.json"):
                miss(name, f"exit {code}, no report: {said.strip()[:300]}")
                continue
            report = json.loads(read(f"{out}/report.json"))
            if (code, report["verdict"]["action"]) != (expected, verdict):
                miss(name, f"exit {code}, {report['verdict']['action']}; expected {expected}, {verdict}: {said.strip()[:300]}")
            if printed != read(f"{out}/report.txt"):
                miss(name, "what is printed is not what is written")
            for stray in (printed, said):
                if UNSEEN.search(stray):
                    miss(name, f"what is printed has {UNSEEN.search(stray).group()!r}")
            validated[name] = pool.submit(sarif, tools, work, name, f"{out}/report.sarif")
            seen[name] = [junit(tools, name, f"{out}/junit.xml"), code_quality(name, f"{out}/gl-code-quality-report.json", report), table(name, f"{out}/findings.csv", report), texts(name, out)]
            pages[name] = f"{out}/report.html"
        checked = pool.submit(html, tools, pages)
        for name, (junit_told, quality, rows, texts_told) in seen.items():
            print(f"== {name}: exit {reports.RUNS[name][2]}\n   SARIF: {validated[name].result()}\n   JUnit: {junit_told}\n   Code Quality: {quality}\n   CSV: {rows}\n   texts: {texts_told}", flush=True)
        print(f"== Markdown: {markdown(work)}\n== HTML: {checked.result()}", flush=True)
    browser(tools, pages, work)
    print(f"{len(pages)} runs, {len(missed)} misses, {time.monotonic() - started:.0f} s")
    sys.exit(1 if missed else 0)


main(*sys.argv[1:])
