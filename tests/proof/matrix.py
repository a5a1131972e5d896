"""Matrix: every platform × failure × death, as cells that are run and as tables."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.proof.cell import MEANINGS, Cell, Outcome, Verdict, run
from tests.proof.columns import COLUMNS
from tests.proof.network_scenes import DISCORD, X
from tests.proof.scene import Platform
from tests.proof.site_scene import site
from tests.proof.template import make_template

NOT_REACHED, SAME = "·", " "


def platforms() -> Sequence[Platform]:
    """All that are built in."""
    return (site(), X, DISCORD)


def cells(platform: Platform) -> list[Cell]:
    """The table's cells, row by row."""
    return [
        Cell(platform=platform, failure=failure, column=column)
        for failure in platform.failures
        for column in COLUMNS
        if column.applies_to(platform, failure)
    ]


async def run_all(
    wanted: Sequence[Cell],
    *,
    jobs: int,
    ended: Callable[[Outcome], object] = lambda outcome: None,
) -> list[Outcome]:
    """Run the cells, so many at a time; `ended` is told of each."""
    turn = asyncio.Semaphore(jobs)
    with TemporaryDirectory(prefix="city-a-day-proof-") as name:
        folder = Path(name)
        template = await make_template(folder / "template")

        async def one(number: int, cell: Cell) -> Outcome:
            async with turn:
                outcome = await run(cell, template, folder / str(number))
            ended(outcome)
            return outcome

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(*numbered)) for numbered in enumerate(wanted)]
        return [task.result() for task in tasks]


def table(platform: Platform, outcomes: Sequence[Outcome]) -> str:
    """Failures down, deaths across."""
    marks = {(each.cell.failure.name, each.cell.column.letter): mark(each) for each in outcomes}
    width = max(len(failure.name) for failure in platform.failures)
    lines = [f"{platform.name:{width}}  {' '.join(column.letter for column in COLUMNS)}"]
    for failure in platform.failures:
        row = (marks.get((failure.name, column.letter), SAME) for column in COLUMNS)
        lines.append(f"{failure.name:{width}}  {' '.join(row)}".rstrip())
    return "\n".join([*lines, *platform.notes])


def legend() -> str:
    """What the letters and the marks mean."""
    lines = ["Killed (SIGKILL), and started again until nothing is left to do:"]
    lines += [f"  {column.letter}  {column.name}" for column in COLUMNS]
    lines += ["Ended with:"]
    lines += [f"  {mark.value}  {meaning}" for mark, meaning in MEANINGS.items()]
    lines += [
        f"  {NOT_REACHED}  the step is not reached with this failure; it ended well all the same",
        "     (blank) cannot come about, or is the same as another column's",
    ]
    return "\n".join(lines)


def counts(outcomes: Sequence[Outcome]) -> str:
    """The sums."""
    verdicts = Counter(each.verdict for each in outcomes if each.reached or is_wrong(each))
    unreached = sum(not each.reached for each in outcomes)
    starts = sum(each.starts for each in outcomes)
    kills = sum(len(each.cell.column.points) for each in outcomes if each.reached)
    said = ", ".join(f"{verdicts[each]} × {each.value}" for each in Verdict if verdicts[each])
    return (
        f"{len(outcomes)} cells, {starts} processes, {kills} kills: {said},"
        f" {unreached} × {NOT_REACHED}; {verdicts[Verdict.WRONG]} violations"
    )


def mark(outcome: Outcome) -> str:
    """What stands in the table."""
    return outcome.verdict.value if outcome.reached or is_wrong(outcome) else NOT_REACHED


def is_wrong(outcome: Outcome) -> bool:
    """Whether it breaks the promise."""
    return outcome.verdict is Verdict.WRONG
