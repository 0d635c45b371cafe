"""How fast `check` reads and judges one report, against skipping the same bytes, and against reading them."""
import collections
import json
import os
import statistics
import subprocess
import tempfile

from measured import process

FLAVOURS = "semgrep,codeql,trivy-sarif,trivy,grype,osv,cyclonedx"

Row = collections.namedtuple("Row", "name size results skipping reading checking ratio peak wrong")


def baseline(program, file):
    """CPU seconds of one pass of skipping, and of reading."""
    out = subprocess.run([program, file, "3"], stdout=subprocess.PIPE, check=True, text=True).stdout.split()
    return float(out[2]), float(out[3])


def counted(relgate, file):
    """(results, results by band, complete) as `inspect` reads them; the lines are not kept."""
    with subprocess.Popen([relgate, "inspect", "--json", "--", file], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as reader:
        bands, complete = collections.Counter(), []
        for line in reader.stdout:
            row = json.loads(line)
            if row["type"] == "scan":
                complete.append(row["complete"])
            else:
                bands[row["severity"] or "unknown"] += 1
    return sum(bands.values()), dict(bands), bool(complete) and all(complete) and reader.returncode == 0


def unlike(relgate, file, truth):
    """What `inspect` tells otherwise than the generator."""
    results, bands, complete = counted(relgate, file)
    wrong = []
    if results != truth["results"]:
        wrong.append(f"{results} results, {truth['results']} were written")
    expected = {band: n for band, n in truth["by_band"].items() if n}
    if bands != expected:
        wrong.append(f"by band {bands}, {expected} were written")
    if not complete:
        wrong.append("not complete")
    return wrong


def measure(relgate, program, file, truth, rounds, extra):
    """The row of one file: medians over paired rounds. All on one thread, without the digest of the report, as a text report asks none."""
    skips, reads, checks, ratios = [], [], [], []
    for _ in range(rounds):
        skip, read = baseline(program, file)
        check = process.checked(relgate, [*process.STANDARD, "--threads", "1", *extra, "--", file])
        ratios.append(skip / check.cpu)
        skips.append(skip), reads.append(read), checks.append(check)
    size = os.path.getsize(file)
    rate = lambda seconds: size / 1e6 / seconds
    wrong = unlike(relgate, file, truth)
    return Row(os.path.basename(file), size, truth["results"], rate(statistics.median(skips)), rate(statistics.median(reads)),
               rate(process.median(checks, "cpu")), statistics.median(ratios), process.median(checks, "peak"), wrong)


def rows(tools, sizes, flavours=FLAVOURS, rounds=5, extra=()):
    """The rows of each size; a report is written, measured and removed before the next."""
    for size in sizes:
        for flavour in flavours.split(","):
            with tempfile.TemporaryDirectory(prefix="relgate-bench-") as folder:
                process.generate(tools.generator, folder, size, flavour)
                with open(os.path.join(folder, "truth.json"), encoding="utf-8") as f:
                    truth = json.load(f)["files"]
                for name, told in truth.items():
                    yield measure(tools.relgate, tools.baseline, os.path.join(folder, name), told, rounds, extra)


def start(relgate, rounds):
    """Seconds that a check of a report of about 1 KB takes, and those of `/bin/true`."""
    result = {"ruleId": "demo", "level": "warning", "message": {"text": "found it"},
              "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/a.c"}, "region": {"startLine": 1}}}]}
    document = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "demo-scan", "fullName": "x" * 700}}, "results": [result]}]}
    with tempfile.TemporaryDirectory(prefix="relgate-bench-") as folder:
        file = os.path.join(folder, "small.sarif")
        with open(file, "w", encoding="utf-8") as out:
            json.dump(document, out)
        pairs = [(process.checked(relgate, [*process.STANDARD, "--", file]).took, process.run(["/bin/true"]).took) for _ in range(rounds)]
    return tuple(statistics.median(each) for each in zip(*pairs))
