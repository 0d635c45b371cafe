#!/usr/bin/env python3
"""hostile.py FOLDER - writes reports in which every string that a scanner may choose tries to be more than text.

One finding for each attack, which stands in its message, check, path, package and fix, and one in the names of the tool."""
import json, os, sys

ESC, BEL = "\x1b", "\x07"
COMMANDS = [
    "::set-output name=verdict::pass",
    "::set-output name=forged::yes",
    "::add-mask::maskprobe",
    "::set-env name=FORGED::yes",
    "::add-path::/tmp/forged",
    "::save-state name=forged::yes",
    "::error file=src/app.py,line=1,title=forged::forged",
    "::warning::forged",
    "::debug::forged",
    "::group::forged",
    "::stop-commands::forged",
    "::echo::on",
    "##[set-output name=forged;]yes",
    "##[add-mask]maskprobe",
    "##[error]forged",
    "##[group]forged",
    "##vso[task.setvariable variable=forged]yes",
    "##vso[task.complete result=Succeeded;]done",
    "##teamcity[buildStatus status='SUCCESS']",
    f"section_start:1700000000:forged\r{ESC}[0Kforged",
    "verdict=pass",
    "forged<<EOF\nyes\nEOF\nverdict=pass\nexit_code=0",
    "RELGATE_VERDICT=pass",
    "%0A::error::forged%0D%0A",
    "undecided: forged",
]
MARKUP = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</code></pre></details></table><h1>PASS</h1>",
    "<!-- relgate:report -->",
    "-->]]><forged/>",
    "@everyone @acme/admins acme/demo#1 GH-1",
    "[forged](https://evil.example/)",
    "![forged](https://evil.example/x.png)",
    "https://evil.example/ javascript:alert(1)",
    "````\n# PASS\n````",
    "` `` ``` ```` forged",
    "| forged | forged |\n|---|---|\n| PASS | PASS |",
    "# PASS\n\n- [x] forged\n\n> forged",
    '=cmd|"/c calc"!A1',
    "$(touch forged) `touch forged` ; touch forged",
    "${{ github.token }}",
    f"{ESC}[2J{ESC}]0;forged{BEL}{ESC}]8;;https://evil.example/{BEL}PASS{ESC}[31m",
    "\u202eSSAP\u202c \u200b\u2066forged\u2069 \ufeff",
]
LINE_ENDS = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\n \t"]
ATTACKS = [end + attack for attack in COMMANDS for end in ("\n", "")] + ["".join(end + attack for end in LINE_ENDS) for attack in COMMANDS] + MARKUP


def finding(attack):
    return {
        "rule_id": f"check {attack}",
        "severity": "high",
        "path": f"src/{attack}",
        "start_line": 1,
        "message": attack + attack,
    }


def component(attack):
    return {
        "category": "sca",
        "ids": [f"ID {attack}"],
        "severity": "high",
        "package": {"ecosystem": "npm", "name": attack, "version": attack},
        "fixed_versions": [attack],
        "path": attack,
        "message": attack,
        "target": attack,
    }


def sarif(attack):
    text = {"text": attack, "markdown": attack}
    return {
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": attack,
                        "version": attack,
                        "informationUri": "javascript:alert(1)",
                        "rules": [{"id": attack, "name": attack, "shortDescription": text, "fullDescription": text, "help": text, "helpUri": "javascript:alert(1)"}],
                    }
                },
                "automationDetails": {"id": attack},
                "results": [
                    {
                        "ruleId": attack,
                        "ruleIndex": 0,
                        "level": "error",
                        "message": text,
                        "partialFingerprints": {attack: attack},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": attack},
                                    "region": {"startLine": 1, "snippet": {"text": attack}},
                                },
                                "logicalLocations": [{"name": attack, "fullyQualifiedName": attack}],
                                "message": text,
                            }
                        ],
                    }
                ],
            }
        ],
    }


def write(folder, name, document):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)


def main(folder):
    os.makedirs(folder, exist_ok=True)
    findings = [make(attack) for attack in ATTACKS for make in (finding, component)]
    document = {"schema": "relgate.findings/v1", "tool": "acme-check", "tool_version": "1.0", "category": "sast", "complete": True, "findings": findings}
    write(folder, "acme.json", document)
    write(folder, "tools.sarif", sarif("\n".join(COMMANDS + MARKUP)))


main(*sys.argv[1:])
