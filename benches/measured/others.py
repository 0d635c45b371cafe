"""What others take for the same file: how many results there are of each severity, which is less than `check` does."""
import os
import shutil
import sys
import tempfile

from measured import process

# Each counts the results by level, as a script of a pipeline would.
JQ = "[.runs[].results[].level] | group_by(.) | map({(.[0] // \"none\"): length}) | add"
PYTHON = "import json, sys; json.load(open(sys.argv[1], encoding='utf-8'))"


def rows(tools, size, rounds):
    """(name, CPU seconds, seconds, peak bytes) of each that is there."""
    with tempfile.TemporaryDirectory(prefix="relgate-bench-") as folder:
        process.generate(tools.generator, folder, size, "semgrep")
        file = os.path.join(folder, "semgrep.sarif")
        commands = {
            "relgate check, one thread": [tools.relgate, *process.CHECK, *process.STANDARD, "--threads", "1", "--", file],
            "jq, results by level": ["jq", JQ, file],
            "python3 json.load": [sys.executable, "-c", PYTHON, file],
            "sarif-tools summary": [tools.sarif or "sarif", "summary", file],
        }
        for name, command in commands.items():
            if not shutil.which(command[0]):
                print(f"NOT MEASURED: {name}: {command[0]} is not there", file=sys.stderr)
                continue
            runs = [process.run(command) for _ in range(rounds)]
            if any(run.code not in process.JUDGED for run in runs):
                raise process.Failure(f"{name} exits {runs[0].code}")
            yield name, *(process.median(runs, of) for of in ("cpu", "took", "peak"))
