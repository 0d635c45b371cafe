"""`docs/performance.md`, made of what was measured."""
import os
import platform

from measured import flavours, growth, others, process

SIZES = [10**6, 10**7, 10**8, 10**9]

HEAD = """# Performance

Made by `benches/run --page docs/performance.md`, which writes the reports it measures with a generator, whose truth each run is held
against: the counts below are those that were written. Nothing here is typed by hand. Machine: {machine}.

Seconds differ from machine to machine, so the ratios are what to look at: each is the median over pairs ({rounds} here) of a run of `relgate check` and a
pass of the other thing over the same bytes, in CPU time, on one thread. `check` is all of it: starting, reading, normalizing, merging,
judging by `builtin:standard` and writing the text report.

## One report

*Skipping* is `serde_json` deserializing the bytes into `IgnoredAny`: it checks the grammar and keeps nothing, so a ratio of 1.00 would mean
that a whole check costs what looking at the bytes costs. *Reading* only reads the file. The peak of memory starts at {floor:.0f} MB, which is
what the measuring script holds.

| report | size | results | skipping, MB/s | reading, MB/s | check, MB/s | check / skipping | check, µs a result | peak, MB | peak / file |
|---|---|---|---|---|---|---|---|---|---|
"""

WHY = """
Half of the speed of skipping was wanted, and only CodeQL's long code flows, which are skipped, come near to it. Skipping goes through strings a
word at a time; what is left of a check is what it does for each result: telling where it is, what it is about and how bad, hashing that into a key,
finding the same in other reports, and deciding it. No one part of that stands out: of a Semgrep report half is reading, a fifth normalizing, a quarter judging.
"""


def machine():
    model = "unknown processor"
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as told:
            model = next((line.split(":", 1)[1].strip() for line in told if line.startswith("model name")), model)
    return f"{os.cpu_count()} × {model}, {platform.system()} {platform.machine()}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def one_report(tools, rounds):
    rows, text = [], HEAD.format(machine=machine(), rounds=rounds, floor=process.run(["/bin/true"]).peak / 1e6)
    for row in flavours.rows(tools, SIZES, rounds=rounds):
        if row.wrong:
            raise process.Failure(f"{row.name}: {'; '.join(row.wrong)}")
        rows.append(row)
        text += (f"| {row.name} | {process.sized(round(row.size, -5))} | {row.results} | {row.skipping:.0f} | {row.reading:.0f} | {row.checking:.0f} | {row.ratio:.2f} | "
                 f"{row.size / row.checking / row.results:.1f} | {row.peak / 1e6:.0f} | {row.peak / row.size:.2f} |\n")
    text += WHY + "\nThe exponent is that of CPU time in bytes (1 is linear), from 10 MB to 1 GB. Memory for a finding is the peak at 1 GB less that at 1 MB, over the results between.\n\n"
    lines = []
    for name in dict.fromkeys(row.name for row in rows):
        first, second, *_, last = [row for row in rows if row.name == name]
        grows = process.exponent((second.size, second.size / second.checking), (last.size, last.size / last.checking))
        lines.append([name, f"{grows:.2f}", f"{(last.peak - first.peak) / (last.results - first.results):.0f} bytes"])
    starting, nothing = flavours.start(tools.relgate, 40)
    start = f"Starting: a check of a report of 1 KB takes {starting * 1e3:.1f} ms, `/bin/true` {nothing * 1e3:.1f} ms ({starting / nothing:.1f} times).\n"
    return text + table(["report", "exponent", "memory for a finding"], lines) + "\n" + start


def growing(tools, rounds):
    exceptions = list(growth.with_exceptions(tools, [100, 1000, 10_000, 100_000], rounds))
    rules = list(growth.with_rules(tools, [0, 10, 100, 1000], rounds))
    baselines = list(growth.with_baseline(tools, [10**7, 10**8], rounds))
    took, cpu, peak = growth.with_files(tools, 10_000, rounds)
    threads = list(growth.with_threads(tools, sorted({1, os.cpu_count() or 1}), rounds))
    first, last = exceptions[0], exceptions[-1]
    return "\n".join([
        "\n## What else it grows with\n",
        "**Exceptions**: what so many add to the check of a report of 100 MB, reading and checking their records included, of which half are about code and half about packages.\n",
        table(["exceptions", "CPU ms", "more than without", "for each", "peak, MB"], [[f"{n}", f"{all * 1e3:.0f}", f"{s * 1e3:.0f}", f"{s / n * 1e6:.0f} µs", f"{p / 1e6:.0f}"] for n, all, s, p in exceptions]),
        f"The check with {last[0]} exceptions costs {last[1] / first[1]:.0f} times the one with {first[0]}. Matching alone, without reading records, is measured in the tests (`exceptions::bench`).\n",
        "**Rules** of the policy, beside those of `builtin:standard`, on a report of 10 MB.\n",
        table(["rules", "CPU ms"], [[f"{n}", f"{s * 1e3:.0f}"] for n, s in rules]),
        "**Baseline** of everything that the report has: what reading it and finding each of its entries again adds.\n",
        table(["entries", "CPU ms without", "CPU ms with"], [[f"{n}", f"{a * 1e3:.0f}", f"{b * 1e3:.0f}"] for n, a, b in baselines]),
        f"**Files**: 10,000 reports of about 10 KB each take {took:.2f} s ({cpu:.2f} s of CPU time, {peak / 1e6:.0f} MB) on all threads.\n",
        "**Threads**: eight reports of 20 MB, in seconds of the clock. Reading is parallel over files; one finding list is judged on one thread.\n",
        table(["threads", "seconds"], [[f"{n}", f"{s:.2f}"] for n, s in threads]),
    ])


def against_others(tools, rounds):
    rows = list(others.rows(tools, 10**8, rounds))
    first = rows[0]
    lines = [[name, f"{cpu:.2f}", f"{cpu / first[1]:.1f}", f"{took:.2f}", f"{peak / 1e6:.0f}", f"{peak / first[3]:.1f}"] for name, cpu, took, peak in rows]
    return "\n".join([
        "\n## Beside what a pipeline would do otherwise\n",
        "The same Semgrep report of 100 MB. The others only count results by level (`json.load` not even that); `relgate` judges each.\n",
        table(["command", "CPU s", "times", "seconds", "peak, MB", "times"], lines),
    ])


def page(tools, rounds):
    # First what memory is compared of: this script holds more afterwards.
    report, others_of_it = one_report(tools, rounds), against_others(tools, rounds)
    return report + growing(tools, rounds) + others_of_it
