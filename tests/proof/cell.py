"""Cell: one platform, one failure, one death; what becomes of the day, and the verdict."""

import asyncio
import shutil
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bot.settings import PREFIX
from tests.proof.columns import Column, Point
from tests.proof.deaths import Death
from tests.proof.scene import Failure, Moment, Platform, Scene
from tests.proof.service import Service, Start

PATIENCE_SECONDS = 120
MET, NOT_YET = "action=publish_error", "not to be seen yet"
"""By what the log says that the service has met the failure; a look-up too early meets none."""
RECORDED = "action=gallery_record_written"


class Verdict(StrEnum):
    """How a day ended: the mark in the table."""

    PUBLISHED = "1"
    UNCONFIRMED = "u"
    FAILED = "f"
    MISSED = "m"
    ONE_IN_DOUBT = "d"
    WRONG = "!"


MEANINGS = {
    Verdict.PUBLISHED: "one post, and the ledger has its receipt",
    Verdict.UNCONFIRMED: "no post; unconfirmed, an admin was told",
    Verdict.FAILED: "no post; failed, an admin was told",
    Verdict.MISSED: "no post; missed, an admin was told",
    Verdict.ONE_IN_DOUBT: "one post; the ledger says unconfirmed, an admin was told",
    Verdict.WRONG: "two posts, or none in silence: a violation",
}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What goes wrong, and where the service dies."""

    platform: Platform
    failure: Failure
    column: Column

    @property
    def name(self) -> str:
        return f"{self.platform.name} · {self.failure.name} · {self.column.name}"


@dataclass(kw_only=True)
class Outcome:
    """`reached`: all deaths came about. `starts` counts the processes."""

    cell: Cell
    verdict: Verdict = Verdict.WRONG
    reached: bool = False
    starts: int = 0
    why: str = ""
    log: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Row:
    status: str
    remote_id: str
    message: str


async def run(cell: Cell, template: Path, folder: Path) -> Outcome:
    """Let it happen, in a folder of its own."""
    outcome = Outcome(cell=cell)
    shutil.copytree(template, folder / "data")
    try:
        async with (
            asyncio.timeout(PATIENCE_SECONDS),
            cell.platform.scene(folder, folder / "clock") as scene,
        ):
            _script(cell, scene)
            await _live(cell, scene, folder, outcome)
            if not outcome.why:
                outcome.verdict, outcome.why = judge(scene, folder, outcome.log)
    except TimeoutError:
        outcome.why = f"it did not come to an end in {PATIENCE_SECONDS} s"
    except Exception as error:  # noqa: BLE001 - also a test server's: the other cells go on
        outcome.why = repr(error)
        outcome.verdict = Verdict.WRONG
    return outcome


def _script(cell: Cell, scene: Scene) -> None:
    moments = [point for point in cell.column.points if isinstance(point, Moment)]
    if cell.column.second:
        cell.failure.strike(scene)
    for moment in moments:
        scene.will_die_at(moment)
    if not cell.column.second:
        cell.failure.strike(scene)


async def _live(cell: Cell, scene: Scene, folder: Path, outcome: Outcome) -> None:
    """Start the service until it has died of all deaths and then ends by itself."""
    deaths = list(cell.column.points)
    while True:
        lines = (f"{PREFIX}{name}={value}" for name, value in scene.settings().items())
        (folder / ".env").write_text("\n".join(lines), encoding="utf-8")
        outcome.starts += 1
        code = await _one_life(deaths[0] if deaths else None, scene, folder, outcome.log)
        outcome.log.append(f"--- process {outcome.starts} ended with {code}\n")
        if code == -signal.SIGKILL and deaths:
            deaths.pop(0)
            await scene.after_death()
        elif code != 0:
            outcome.why = f"the service ended with {code}"
            return
        elif not scene.take_restart():
            outcome.reached = not deaths
            return


async def _one_life(death: Point | None, scene: Scene, folder: Path, log: list[str]) -> int:
    service = Service(
        Start(
            folder=folder,
            clock=folder / "clock",
            death=death if isinstance(death, Death) else None,
            fills=scene.fills,
        )
    )
    killer: asyncio.Task[None] | None = None
    if isinstance(death, Moment) and scene.destination != "site":
        killer = asyncio.create_task(scene.kill_at(death, service))
    try:
        async for line in service.lines():
            log.append(line)
            if RECORDED in line and isinstance(death, Moment):
                service.kill()
            if MET in line and NOT_YET not in line:
                await scene.heal()
                if scene.restart:
                    service.stop()
    except BaseException:
        service.kill()
        raise
    finally:
        if killer is not None:
            killer.cancel()
            with suppress(asyncio.CancelledError):
                await killer
    return await service.ended()


def judge(scene: Scene, folder: Path, log: Sequence[str]) -> tuple[Verdict, str]:
    """How the day ended, by what followers see, what the ledger says and what an admin heard."""
    posts, rows = scene.posts(), _rows(folder)
    if complaints := scene.complaints():
        return Verdict.WRONG, "; ".join(complaints)
    if len(rows) != 1:
        return Verdict.WRONG, f"the ledger has {len(rows)} publications"
    (row,) = rows
    said = f"{len(posts)} posts; the ledger says {row.status}: {row.message}"
    told = any(
        kind == row.status and row.message in message for kind, message in _told(folder)
    ) and any(f"action=alert kind={row.status} " in line for line in log)
    match len(posts), row.status:
        case 1, "published" if row.remote_id == posts[0]:
            return Verdict.PUBLISHED, ""
        case 0, "unconfirmed" | "failed" | "missed" if told:
            return Verdict[row.status.upper()], said
        case 1, "unconfirmed" if told:
            return Verdict.ONE_IN_DOUBT, said
    return Verdict.WRONG, f"{said}; {'an' if told else 'no'} admin was told"


def _rows(folder: Path) -> list[_Row]:
    found = _query(folder, "SELECT status, remote_id, message FROM publications")
    return [_Row(status=str(s), remote_id=str(r or ""), message=str(m)) for s, r, m in found]


def _told(folder: Path) -> Sequence[tuple[str, str]]:
    """Kind and message of the alerts that are on record as told."""
    rows = _query(folder, "SELECT kind, message FROM alerts WHERE told_at IS NOT NULL")
    return [(str(kind), str(message)) for kind, message in rows]


def _query(folder: Path, sql: str) -> Iterator[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "data" / "city-a-day.db")) as database:
        yield from database.execute(sql).fetchall()
