"""The reports that are judged, and among them those that say nothing but hostile things."""
import datetime
import json
import os
import re
import shutil
import subprocess

NOW = "2026-12-01T00:00:00Z"
REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Each would do something somewhere: in HTML, Markdown, XML, a terminal, a log of a CI system, a spreadsheet.
HOSTILE = [
    "<script>window.__pwned=1</script>",
    "\"><img src=x onerror=\"window.__pwned=1\">",
    "' onmouseover='window.__pwned=1' autofocus tabindex=1 onfocus=window.__pwned=1 x='",
    "</title></style><script>window.__pwned=1</script><title>PASS",
    "</details></article></main><h1>PASS</h1><iframe srcdoc='<script>parent.__pwned=1</script>'></iframe>",
    "<svg onload=window.__pwned=1><a xlink:href=javascript:window.__pwned=1>x</a></svg>",
    "--><!-- ]]> <![CDATA[ <?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]> &b; &#60;script&#62;",
    "javascript:window.__pwned=1",
    "data:text/html,<script>window.__pwned=1</script>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'><link rel=stylesheet href=//evil.example/a.css><base href=//evil.example/>",
    "![x](https://evil.example/a.png) [PASS](javascript:alert(1)) <https://evil.example> www.evil.example",
    "```\n</code></pre>\n# PASS\n| a | b |\n|---|---|\n~~~ `` ``` ```` <!-- relgate:report -->",
    "@octocat @org/team #1 GH-1 acme/pay#1 0123456789abcdef0123456789abcdef01234567",
    "| x | y |\n- [x] done\n> quote\n\n***\n\\| \\` \\\n",
    "\x1b[2J\x1b[31mred\x1b]8;;https://evil.example\x07link\x1b]8;;\x07\x9b31m\r\x08\x08PASS",
    "\u202eSSAP\u202c \u2066a\u2069 \u200b\u200d\ufeff\u00ad\u2028\u2029\u0085 \U000e0041",
    "\n::error::forged\n::set-output name=verdict::pass\n::add-mask::BLOCK\n::stop-commands::x\n##[error]x\n##vso[task.complete result=Succeeded]x",
    "\r\nRELGATE_VERDICT=pass\nverdict<<EOF\npass\nEOF\n",
    "=cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(A1:A9)", "\t=1+1", "\r=1+1", "\n=1+1", "\uff1d1+1", " =1+1", "a\",\"=1+1", "a;=1+1",
    "x" * 3000, "\u4e2d" * 400, "e\u0301" * 300, "\u0000\u0001\ufffe\uffff\ud7ff", "", " ", "../../etc/passwd", "/etc/passwd", "C:\\x\\y", "%3Cscript%3E%0A%00",
]
# As many as the hostile ones, and as different from each other.
HARMLESS = [f"word{number}" for number in range(len(HOSTILE))]


def sarif(words, tool):
    """A report in which each word stands wherever SARIF has a text, and is the only one there."""
    text = lambda word: {"text": word, "markdown": word}
    bag = lambda word: {word or "-": word, "tags": [word, "security"]}
    rules = [{"id": word or "-", "name": word, "shortDescription": text(word), "fullDescription": text(word), "help": text(word), "helpUri": word,
              "properties": {**bag(word), "security-severity": "8.0", "precision": word}} for word in words]
    results = []
    for number, word in enumerate(words):
        place = {"physicalLocation": {"artifactLocation": {"uri": word}, "region": {"startLine": number + 1, "snippet": text(word)}},
                 "logicalLocations": [{"name": word, "fullyQualifiedName": word, "kind": word}], "message": text(word)}
        result = {"ruleId": word or "-", "level": ("error", "warning", "note")[number % 3], "message": text(word), "locations": [place, place],
                  "relatedLocations": [place], "fingerprints": {word or "-": word}, "partialFingerprints": {word or "-": word}, "properties": bag(word)}
        if number % 5 == 0:
            result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": word}]
        results.append(result)
    driver = {"name": tool, "version": words[0], "fullName": words[1], "informationUri": words[2], "rules": rules, "properties": bag(words[3])}
    return {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results, "invocations": [{"executionSuccessful": True, "commandLine": words[4]}],
                                         "automationDetails": {"id": words[5], "description": text(words[6])}, "properties": bag(words[7])}]}


def trivy(words):
    """The same as Trivy writes it."""
    results = []
    for number, word in enumerate(words):
        vulnerability = {"VulnerabilityID": word or "-", "VendorIDs": [word], "PkgID": word, "PkgName": word or "-", "PkgPath": word, "InstalledVersion": word,
                         "FixedVersion": word, "Status": "fixed", "SeveritySource": word, "Title": word, "Description": word, "Severity": ("CRITICAL", "HIGH", "MEDIUM")[number % 3],
                         "CweIDs": ["CWE-79"], "PrimaryURL": word, "References": [word], "DataSource": {"ID": word, "Name": word, "URL": word}}
        misconfiguration = {"Type": word, "ID": word or "-", "Title": word, "Description": word, "Message": word, "Resolution": word, "Severity": "HIGH", "PrimaryURL": word,
                            "References": [word], "Status": "FAIL", "CauseMetadata": {"Resource": word, "Provider": word, "StartLine": 1, "EndLine": 2}}
        secret = {"RuleID": word or "-", "Category": word, "Title": word, "Severity": "HIGH", "Match": word, "StartLine": 1, "EndLine": 1}
        results.append({"Target": word, "Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": [vulnerability]})
        results.append({"Target": word, "Class": "config", "Type": "dockerfile", "MisconfSummary": {"Successes": 0, "Failures": 1}, "Misconfigurations": [misconfiguration]})
        results.append({"Target": word, "Class": "secret", "Secrets": [secret]})
    return {"SchemaVersion": 2, "Trivy": {"Version": words[0]}, "CreatedAt": "2026-11-30T12:00:00Z", "ArtifactName": words[1], "ArtifactType": "filesystem",
            "Metadata": {"RepoURL": words[2], "Branch": words[3]}, "Results": results}


def spoken(folder, words, tool, file):
    """The reports of these words, in files that are called by one of them."""
    os.makedirs(f"{folder}/reports")
    for name, document in ((f"{file}.sarif", sarif(words, "semgrep")), (f"b{file}.sarif", sarif(words[:9], tool)), ("trivy.json", trivy(words))):
        with open(f"{folder}/reports/{name}", "w", encoding="utf-8") as out:
            # Unpaired halves of characters are no JSON that anybody reads.
            json.dump(document, out)
    # Characters that nobody sees are refused in a project's own files.
    reason = json.dumps(words[0] + words[1] + words[10] + words[12] + " a reason that is long enough")
    with open(f"{folder}/exceptions.yaml", "w", encoding="utf-8") as out:
        out.write("schema: relgate.exceptions/v1\nexceptions:\n")
        out.write("  - {id: EXC-1, type: false_positive, status: approved, match: {rule_id: %s}, effect: pass, justification: vulnerable_code_not_present, reason: %s, "
                  "requester: ola@acme.example, accountable: {email: dana@acme.example, role: approver}, approved: 2026-11-20, expires: 2027-01-15, ticket: PAY-1}\n"
                  % (json.dumps(words[9]), reason))


POLICY = """schema: relgate.policy/v1
name: payments
owner: appsec@acme.example
extends: [builtin:standard]
escalation: [head@acme.example]
exceptions:
  roles: {approver: [dana@acme.example]}
"""

EXCEPTIONS = """schema: relgate.exceptions/v1
exceptions:
  - {id: EXC-7, type: false_positive, status: approved, match: {rule_id: DL3020, path: [Dockerfile]}, effect: pass, justification: vulnerable_code_not_present, reason: the archive is ours and is unpacked on purpose, requester: ola@acme.example, accountable: {email: dana@acme.example, role: approver}, approved: 2026-11-20, expires: 2026-12-10, ticket: PAY-1}
  - {id: EXC-5, type: false_positive, status: approved, match: {rule_id: DL4000, path: [Dockerfile]}, effect: pass, justification: vulnerable_code_not_present, reason: it is built once and thrown away, requester: ola@acme.example, accountable: {email: dana@acme.example, role: approver}, approved: 2026-09-20, expires: 2026-11-20, ticket: PAY-2}
"""


def demo(folder):
    """The demo's reports, a policy of the project's own, an exception in force and one that is over."""
    shutil.copytree(REPOSITORY + "/fixtures/demo", folder + "/reports")
    for name, text in (("policy.yaml", POLICY), ("exceptions.yaml", EXCEPTIONS)):
        with open(f"{folder}/{name}", "w", encoding="utf-8") as out:
            out.write(text)


def copied(*fixtures):
    def make(folder):
        os.makedirs(folder + "/reports")
        for number, fixture in enumerate(fixtures):
            shutil.copyfile(f"{REPOSITORY}/{fixture}", f"{folder}/reports/{number}-{fixture.split('/')[-3]}.{fixture.rsplit('.', 1)[1]}")
    return make


# A commit of no files whose hash is always the same.
COMMIT = {"GIT_AUTHOR_NAME": "dana", "GIT_AUTHOR_EMAIL": "dana@acme.example", "GIT_AUTHOR_DATE": "2026-11-30T12:00:00Z",
          "GIT_COMMITTER_NAME": "dana", "GIT_COMMITTER_EMAIL": "dana@acme.example", "GIT_COMMITTER_DATE": "2026-11-30T12:00:00Z", "GIT_CONFIG_GLOBAL": os.devnull}


def repository(folder):
    """A repository with one commit; its hash."""
    git = lambda *args: subprocess.run(["git", *args], cwd=folder, check=True, env={**os.environ, **COMMIT}, stdout=subprocess.PIPE, text=True).stdout.strip()
    git("init", "-q", "--initial-branch=main")
    git("commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", "begin")
    return git("rev-parse", "HEAD")


def judged(relgate, name, folder, *more, today=False):
    """Makes the folder of a run and judges its reports: (exit code, standard output, standard error). `today`: in earnest, with the days of
    exceptions as far ahead and behind as they are from NOW."""
    make, flags, _, _ = RUNS[name]
    os.makedirs(folder)
    commit = repository(folder)
    make(folder)
    if today:
        shift = datetime.datetime.now(datetime.timezone.utc).date() - datetime.date.fromisoformat(NOW[:10])
        for file in ("policy.yaml", "exceptions.yaml"):
            with open(f"{folder}/{file}", encoding="utf-8") as old:
                text = re.sub(r"\d{4}-\d\d-\d\d", lambda day: str(datetime.date.fromisoformat(day[0]) + shift), old.read())
            with open(f"{folder}/{file}", "w", encoding="utf-8") as new:
                new.write(text)
    flags = [commit if flag == "HEAD" else flag for flag in flags]
    # Of the variables of CI systems none counts.
    command = [relgate, "check", "reports", "--ci", "none", *([] if today else ["--now", NOW, "--dry-run"]), *flags, *more]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


SUBJECT = ["--service", "payments-api", "--commit", "HEAD", "--stage", "release", "--branch", "main"]


def told(word):
    """What a CI system is made to say by who names a branch."""
    return ["--service", word, "--branch", word, "--release", word, "--artifact", word]


OWN = ["--policy", "policy.yaml", "--exceptions", "exceptions.yaml"]
BUILTIN = ["--policy", "builtin:standard"]


def governed(make, *args):
    def both(folder):
        make(folder, *args)
        with open(folder + "/policy.yaml", "w", encoding="utf-8") as out:
            out.write(POLICY)
    return both


# name: (what makes the folder, flags, the exit code, the verdict)
RUNS = {
    "block": (demo, [*OWN, *SUBJECT], 1, "block"),
    "pass": (copied("fixtures/formats/sarif/clean/input.sarif"), [*BUILTIN, *SUBJECT], 0, "pass"),
    "ticket": (copied("fixtures/cases/ticket/input/reports/a.sarif"), BUILTIN, 0, "ticket"),
    "undecided": (copied("fixtures/formats/sarif/truncated/input.sarif", "fixtures/formats/sarif/clean/input.sarif"), BUILTIN, 2, "undecided"),
    "hostile": (governed(spoken, HOSTILE, HOSTILE[0] + HOSTILE[14], HOSTILE[1].replace("/", "") + HOSTILE[16].replace("/", "")), [*OWN, *told(HOSTILE[3] + HOSTILE[1])], 1, "block"),
    "harmless": (governed(spoken, HARMLESS, "two words", "report"), [*OWN, *told("harmless")], 1, "block"),
}
