"""The matrix: `python -m tests.proof`, a part of `make proof`.

Every built-in publisher, every failure script of its platform, and SIGKILL at every step of
publish-once. See docs/proof.md.
"""

import argparse
import asyncio
import os
import sys
import time

from bot.logs import set_up_logs
from tests.proof.cell import Outcome
from tests.proof.matrix import cells, counts, is_wrong, legend, mark, platforms, run_all, table


def main() -> int:
    """Print the tables; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    parser.add_argument("--only", metavar="PLATFORM", help="one of site, twitter, discord")
    parser.add_argument("--failure", metavar="WORDS", help="only failures with these words")
    parser.add_argument("--kill", metavar="LETTERS", help="only these columns")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="cells at a time")
    parser.add_argument("--log", action="store_true", help="print each cell's log")
    wanted = parser.parse_args()
    set_up_logs("error")
    everything: list[Outcome] = []
    began = time.monotonic()

    def tell(outcome: Outcome) -> None:
        if is_wrong(outcome) or wanted.log:
            say(f"\n{outcome.cell.name}: {mark(outcome)} {outcome.why}\n{''.join(outcome.log)}")

    for platform in platforms():
        if wanted.only and platform.name != wanted.only:
            continue
        chosen = [
            cell
            for cell in cells(platform)
            if (not wanted.failure or wanted.failure in cell.failure.name)
            and (not wanted.kill or cell.column.letter in wanted.kill)
        ]
        outcomes = asyncio.run(run_all(chosen, jobs=wanted.jobs, ended=tell))
        everything += outcomes
        say(f"{table(platform, outcomes)}\n{counts(outcomes)}\n")
    say(legend())
    took = time.monotonic() - began
    say(f"\nAll: {counts(everything)}; {took:.0f} s, {wanted.jobs} cells at a time")
    return int(any(is_wrong(each) for each in everything))


def say(words: str) -> None:
    """At once, also into a file."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
