"""The measurements, each a ratio against a floor of the same run: `make bench`.

`python -m tests.bench [--json] [MODULE …]` runs all of them or those that are named, and prints a
table and then JSON, or JSON alone. A missed aim is shown; it fails nothing.

To add one: write a module here with a function `measure() -> Iterator[Ratio]`, which yields each
ratio as soon as it has it, and put the module's name into `MODULES`. `timing.py` takes medians,
`databases.py` makes databases. What needs a fresh process starts one itself.
"""

import argparse
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module

from bot.logs import set_up_logs
from tests.bench.ratio import Ratio

MODULES = ("punctuality", "starting", "queue", "history", "importing", "orbit")

ROW = "{:58} {:>12} {:>12} {:7} {:>7} {:>7}  {}"


def main(arguments: Sequence[str]) -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=", ".join(MODULES))
    parser.add_argument("--json", action="store_true", help="print only JSON")
    given = parser.parse_args(arguments)
    set_up_logs("error")
    if unknown := set(given.modules) - set(MODULES):
        parser.error(f"no such module: {', '.join(sorted(unknown))}; there are: {MODULES}")
    names = given.modules or MODULES
    ratios = []
    if not given.json:
        say(ROW.format("", "measured", "floor", "", "ratio", "aim", ""))
    for ratio in measured(names):
        ratios.append(ratio)
        if not given.json:
            say(row(ratio))
    say(json.dumps([record(ratio) for ratio in ratios], indent=2))


def measured(names: Sequence[str]) -> Iterator[Ratio]:
    """What the modules measure, one after the other."""
    for name in names:
        yield from import_module(f"tests.bench.{name}").measure()


def row(ratio: Ratio) -> str:
    """A line of the table."""
    numbers = (f"{ratio.measured:.3f}", f"{ratio.floor:.3f}", ratio.unit, f"{ratio.ratio:.2f}")
    aim = "" if ratio.aim is None else f"{ratio.aim:.2f}"
    verdict = {True: "met", False: "MISSED", None: ""}[ratio.met]
    return ROW.format(ratio.what, *numbers, aim, verdict).rstrip()


def record(ratio: Ratio) -> dict[str, object]:
    """An object of the JSON."""
    return {**vars(ratio), "ratio": ratio.ratio, "met": ratio.met}


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # So that the databases go, whoever ends it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    main(sys.argv[1:])
