"""Commands as whole processes: their CPU time, their time, their memory, and how they end."""
import collections
import math
import os
import statistics
import subprocess
import sys
import time

Run = collections.namedtuple("Run", "cpu took peak code")

# The generator's own date: a `now` before the reports' end would leave the run undecided.
NOW = "2026-01-15T10:00:00Z"
CHECK = ["check", "--now", NOW, "--dry-run", "--ci", "none"]
STANDARD = ["--policy", "builtin:standard"]
JUDGED = (0, 1)


class Failure(Exception):
    """What ends a measurement, in one line."""


def run(command, cwd=None):
    """A command whose output is thrown away: CPU seconds, seconds, peak bytes, exit code.

    The peak is `ru_maxrss`, which the kernel starts at what this script holds itself.
    """
    # Write-only, as a shell opens it: open both ways it is what Rust puts in the place of a closed standard output.
    null = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (1, 2)]
    here = os.getcwd()
    os.chdir(cwd or here)
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    os.chdir(here)
    _, status, usage = os.wait4(pid, 0)
    took = time.perf_counter() - start
    os.close(null)
    # The clock of a process may tick in milliseconds.
    return Run(max(usage.ru_utime + usage.ru_stime, 1e-4), took, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status))


def checked(relgate, args, cwd=None, codes=JUDGED):
    """The run of a `relgate check` that must judge."""
    command = [relgate, *CHECK, *args]
    done = run(command, cwd)
    if done.code not in codes:
        told = subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True).stderr
        raise Failure(f"relgate {' '.join(command[1:])[-120:]} exits {done.code}: {told.strip()[:300]}")
    return done


def generate(generator, folder, size, kinds):
    """Reports of so many bytes each, of the kinds that the generator has, in a folder."""
    command = [sys.executable, generator, "--out", folder, "--size", str(size), "--kinds", kinds, "--exceptions", "0", "--no-truth-each"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def size(text):
    """Bytes: 500K, 20M, 1G."""
    unit = {"K": 10**3, "M": 10**6, "G": 10**9}.get(text[-1].upper())
    return int(float(text[:-1]) * unit) if unit else int(text)


def sized(count):
    """The other way: 1 MB, 1 GB."""
    return f"{count // 10**9} GB" if count >= 10**9 else f"{count / 10**6:g} MB"


def median(rows, of):
    """The median of one figure of several runs."""
    return statistics.median(getattr(row, of) for row in rows)


def exponent(small, large):
    """How a cost grows: 1 where it grows as what causes it. Each argument is (cause, cost)."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])
