"""How the cost of `check` grows with what else there is: exceptions, rules, a baseline, files, threads. CPU time of whole processes."""
import json
import os
import shutil
import subprocess
import tempfile

from measured import process

DANA = "dana@acme.example"
POLICY = """schema: relgate.policy/v1
name: measured
owner: appsec@acme.example
extends: ["builtin:standard"]
exceptions: {roles: {approver: [dana@acme.example]}}
"""


def records(count):
    """So many exceptions, of which half are about code and half about packages; few of them match anything."""
    for n in range(count):
        match = {"rule_id": f"rule.{n}", "path": [f"src/module{n % 977}/**"]} if n % 2 else {"vulnerability": f"CVE-2025-{n:05}", "package": f"pkg:npm/package{n}", "versions": ["1.0.0"]}
        yield {"id": f"EXC-2026-{n:06}", "type": "risk_acceptance", "status": "approved", "match": match, "effect": "ticket", "reason": "Looked at, and accepted until the next release.",
               "requester": "ola@acme.example", "accountable": {"email": DANA, "role": "approver"}, "ticket": f"PAY-{n + 1}", "approved": "2026-01-10", "expires": "2026-02-10"}


def rules(count):
    """So many rules of a policy, most of which fire on nothing."""
    lines = [f"  - {{id: rule-{n}, when: {{rule_id: ['measured.{n}.*'], severity: {{at_least: high}}}}, action: ticket}}\n" for n in range(count)]
    return POLICY + ("rules:\n" + "".join(lines) if lines else "")


def put(folder, name, text):
    file = os.path.join(folder, name)
    with open(file, "w", encoding="utf-8") as out:
        out.write(text)
    return file


def least(relgate, args, rounds, cwd=None):
    """The run that took least CPU time: what disturbs only adds."""
    return min((process.checked(relgate, args, cwd) for _ in range(rounds)), key=lambda run: run.cpu)


def with_exceptions(tools, counts, rounds):
    """(exceptions, CPU seconds, CPU seconds over a run without any, peak bytes) on a report of 100 MB; the files hold 1,000 records each."""
    with tempfile.TemporaryDirectory(prefix="relgate-bench-") as folder:
        process.generate(tools.generator, folder, 10**8, "semgrep")
        policy, report = put(folder, "policy.yaml", POLICY), os.path.join(folder, "semgrep.sarif")
        args = ["--threads", "1", "--policy", policy]
        nothing = least(tools.relgate, [*args, "--", report], rounds)
        for count in counts:
            every = list(records(count))
            home = os.path.join(folder, str(count))
            os.mkdir(home)
            for at in range(0, count, 1000):
                put(home, f"{at:06}.json", json.dumps({"schema": "relgate.exceptions/v1", "exceptions": every[at:at + 1000]}, indent=1))
            done = least(tools.relgate, [*args, "--exceptions", home + "/*.json", "--", report], rounds)
            yield count, done.cpu, max(done.cpu - nothing.cpu, 1e-4), done.peak


def with_rules(tools, counts, rounds):
    """(rules, CPU seconds) on a report of 10 MB."""
    with tempfile.TemporaryDirectory(prefix="relgate-bench-") as folder:
        process.generate(tools.generator, folder, 10**7, "semgrep")
        for count in counts:
            policy = put(folder, "policy.yaml", rules(count))
            yield count, least(tools.relgate, ["--threads", "1", "--policy", policy, "--", os.path.join(folder, "semgrep.sarif")], rounds).cpu


def with_baseline(tools, sizes, rounds):
    """(entries, CPU seconds without the baseline, with it): a report that is held against a baseline of all that it has."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="relgate-bench-") as folder:
            process.generate(tools.generator, folder, size, "semgrep")
            policy, report, file = put(folder, "policy.yaml", POLICY), os.path.join(folder, "semgrep.sarif"), os.path.join(folder, "baseline.json")
            # It is printed, not written, as the day is not today's.
            adopting = [tools.relgate, "baseline", "adopt", report, "--policy", policy, "--baseline", file, "--accountable", DANA, "--reason", "Known before the gate.",
                        "--now", process.NOW, "--dry-run"]
            with open(file + ".new", "wb") as out:
                subprocess.run(adopting, stdout=out, stderr=subprocess.DEVNULL, check=True)
            os.rename(file + ".new", file)
            with open(file, encoding="utf-8") as text:
                known = json.load(text)
            args = ["--threads", "1", "--policy", policy]
            without = least(tools.relgate, [*args, "--", report], rounds).cpu
            recalling = least(tools.relgate, [*args, "--baseline", file, "--", report], rounds).cpu
            yield len(known["adopted"]) + len(known["seen"]), without, recalling


def with_files(tools, count, rounds):
    """(seconds, CPU seconds, peak bytes) for so many reports of about 10 KB, on all threads."""
    with tempfile.TemporaryDirectory(prefix="relgate-bench-") as folder:
        process.generate(tools.generator, folder, 10_000, "semgrep,trivy,grype,osv")
        reports = [name for name in sorted(os.listdir(folder)) if name not in ("truth.json", "exceptions.json")]
        home = os.path.join(folder, "reports")
        os.mkdir(home)
        for n in range(count):
            name = reports[n % len(reports)]
            shutil.copyfile(os.path.join(folder, name), os.path.join(home, f"{n:05}.{name}"))
        runs = [process.checked(tools.relgate, [*process.STANDARD, "--", home]) for _ in range(rounds)]
        return tuple(process.median(runs, of) for of in ("took", "cpu", "peak"))


def with_threads(tools, threads, rounds):
    """(threads, seconds) for eight reports of 20 MB."""
    with tempfile.TemporaryDirectory(prefix="relgate-bench-") as folder:
        process.generate(tools.generator, folder, 2 * 10**7, "semgrep,codeql,trivy,grype")
        reports = [os.path.join(folder, name) for name in ("semgrep.sarif", "codeql.sarif", "trivy.json", "grype.json")]
        again = [shutil.copyfile(file, os.path.join(folder, "again-" + os.path.basename(file))) for file in reports]
        for count in threads:
            runs = [process.checked(tools.relgate, [*process.STANDARD, "--threads", str(count), "--", *reports, *again]) for _ in range(rounds)]
            yield count, process.median(runs, "took")
