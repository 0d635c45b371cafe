#!/usr/bin/env python3
"""drift.py - a code base, its next state, and what a scanner says of both, with a known truth.

    drift.py OUT [--results 10000] [--seed 1]

writes OUT/before/ and OUT/after/ (trees of sources), OUT/before.sarif and OUT/after.sarif (one result for each flagged line, with a
snippet and without fingerprints, as most tools write them) and OUT/truth.json: for each result of after.sarif the number of the result
of before.sarif that it is, or null where it is new.

Files are drawn from a small vocabulary, so that equal lines are common. Between the states lines are inserted and removed around the
flagged ones, blocks are indented, files are renamed, flagged lines are edited, copied and removed, and new ones appear.
"""
import argparse, json, os

M = (1 << 64) - 1


class Dice:
    def __init__(self, seed):
        self.state = (seed * 0x9E3779B97F4A7C15 + 1) & M

    def below(self, n):
        self.state = (self.state + 0x9E3779B97F4A7C15) & M
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
        return (z ^ (z >> 31)) % n

    def percent(self, p):
        return self.below(100) < p

    def pick(self, items):
        return items[self.below(len(items))]


NAMES = "data value item row name path text key token order user total rate form file line mark host port query".split()
FLAGGED = {
    "md5": ["mark = hashlib.md5({a}).hexdigest()", "return hashlib.md5({a}).hexdigest()", "{a} = hashlib.md5({b}.encode())"],
    "eval": ["{a} = eval({b})", "{a} = eval({b}[\"{a}\"])", "return eval({a})"],
    "shell": ["subprocess.call({a}, shell=True)", "subprocess.run(\"tool \" + {a}, shell=True)"],
    "sql": ["cursor.execute(\"SELECT * FROM {a} WHERE id = '%s'\" % {b})", "cursor.execute(\"DELETE FROM {a} WHERE id = '%s'\" % {b})"],
}
PLAIN = ["{a} = {b} + 1", "if {a} > {b}:", "    {a} = {b}", "log({a})", "return {a}", "{a} = open({b})", "", "", "# {a} of {b}", "{a}.append({b})"]


def fill(dice, text):
    return text.format(a=dice.pick(NAMES), b=dice.pick(NAMES))


class Line:
    """A line; `flag` is its rule, and `origin` its number in the state before."""

    def __init__(self, text, flag=None, origin=None):
        self.text, self.flag, self.origin = text, flag, origin


def plain(dice):
    return Line("    " + fill(dice, dice.pick(PLAIN)))


def flagged(dice, rule=None):
    rule = rule or dice.pick(sorted(FLAGGED))
    return Line("    " + fill(dice, dice.pick(FLAGGED[rule])), rule)


def function(dice, lines):
    lines.append(Line("def %s_%s(%s):" % (dice.pick(NAMES), dice.pick(NAMES), dice.pick(NAMES))))
    for _ in range(2 + dice.below(7)):
        lines.append(plain(dice))
        if dice.percent(35):
            lines.append(flagged(dice))
    lines += [Line(""), Line("")]


def edited(dice, line):
    """The flagged line, with one word of it changed."""
    old = dice.pick([name for name in NAMES if name in line.text] or [""])
    return Line(line.text.replace(old, dice.pick(NAMES), 1) if old else line.text, line.flag, line.origin)


def next_state(dice, lines):
    out, at = [], 0
    if dice.percent(40):
        out += [Line("import %s" % dice.pick(NAMES)) for _ in range(1 + dice.below(5))]
    indent = dice.percent(10)
    if indent:
        out.append(Line("class %s:" % dice.pick(NAMES).title()))
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.flag:
            roll = dice.below(100)
            if roll < 4:
                continue
            if roll < 8:
                line = edited(dice, line)
            out.append(line)
            if 8 <= roll < 10:
                # A copy of it is new.
                out.append(Line(line.text, line.flag))
            elif roll < 13:
                out.append(flagged(dice))
        elif dice.percent(4):
            continue
        else:
            out.append(line)
        if dice.percent(3):
            out += [plain(dice) for _ in range(1 + dice.below(6))]
    return [Line("    " + l.text if indent and l.text.strip() and not l.text.startswith(("import", "class")) else l.text, l.flag, l.origin) for l in out]


def write(folder, state):
    for path, lines in state.items():
        file = os.path.join(folder, path)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w", encoding="utf-8") as out:
            out.write("".join(line.text + "\n" for line in lines))


def sarif(state):
    results, origins = [], []
    for path in sorted(state):
        for number, line in enumerate(state[path], 1):
            if line.flag:
                region = {"startLine": number, "endLine": number, "snippet": {"text": line.text}}
                place = {"physicalLocation": {"artifactLocation": {"uri": path}, "region": region}}
                results.append({"ruleId": line.flag, "level": "error", "message": {"text": "%s is dangerous" % line.flag}, "locations": [place]})
                origins.append(line)
    rules = [{"id": rule} for rule in sorted(FLAGGED)]
    log = {"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
           "runs": [{"tool": {"driver": {"name": "drifting", "rules": rules}}, "results": results}]}
    return log, origins


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("out")
    options.add_argument("--results", type=int, default=10000)
    options.add_argument("--seed", type=int, default=1)
    o = options.parse_args()
    dice, before, count = Dice(o.seed), {}, 0
    while count < o.results:
        lines = [Line("import %s" % dice.pick(NAMES)) for _ in range(1 + dice.below(4))] + [Line("")]
        for _ in range(1 + dice.below(12)):
            function(dice, lines)
        before["src/%s/%s_%d.py" % (dice.pick(NAMES), dice.pick(NAMES), len(before))] = lines
        count += sum(1 for line in lines if line.flag)
    old, lines = sarif(before)
    for number, line in enumerate(lines):
        line.origin = number
    after = {}
    for path, lines in before.items():
        if dice.percent(2):
            continue
        name = path.replace("src/", "lib/", 1) if dice.percent(4) else path
        after[name] = next_state(dice, lines) if dice.percent(70) else lines
    for number in range(len(before) // 50):
        lines = []
        function(dice, lines)
        after["src/new/file_%d.py" % number] = lines
    new, origins = sarif(after)
    write(os.path.join(o.out, "before"), before)
    write(os.path.join(o.out, "after"), after)
    for name, value in (("before.sarif", old), ("after.sarif", new), ("truth.json", [line.origin for line in origins])):
        with open(os.path.join(o.out, name), "w", encoding="utf-8") as out:
            json.dump(value, out)
    print("%d results before, %d after, %d of them new" % (len(old["runs"][0]["results"]), len(origins), sum(line.origin is None for line in origins)))


main()
