"""Two replicas on one PostgreSQL: `python -m tests.proof.replicas`, a part of `make proof`.

One is killed, or frozen, at each step of publish-once; then another takes over, and one that was
frozen wakes up after it. Where the frozen one may have armed, its freeze is a real one of more than
a minute: its own clock must have gone on. Elsewhere the database's clock is put ahead.
"""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from schedules.clock import SystemClock
from schedules.publish_once import LEASE, SEND_LEASE
from tests.bot.storage.postgresql import running_server, server_programs
from tests.end_to_end.replicas import SharedDatabase, make_database
from tests.end_to_end.service import Installation, Running, install
from tests.platforms.x import XServer
from tests.proof.deaths import Step

AT_A_TIME = 3
STEPS = (
    (Step.OPEN, "before"),
    (Step.OPEN, "after"),
    (Step.CLAIM, "before"),
    (Step.CLAIM, "after"),
    (Step.PREPARE, "before"),
    (Step.PREPARE, "after"),
    (Step.ARM, "before"),
    (Step.ARM, "after"),
    (Step.CREATE, "before"),
    (Step.CREATE, "after"),
    (Step.SETTLE, "before"),
    (Step.SETTLE, "after"),
)
REPLICA = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.proof.replica import main
main()
"""
ARMED = {(Step.ARM, "after"), (Step.CREATE, "before")}
"""From here on a create may follow without another look at the database."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One replica's end."""

    by: signal.Signals
    step: Step
    when: str

    @property
    def name(self) -> str:
        return f"{self.by.name} {self.when} {self.step.value}"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What followers and the ledger show then; `creates` is what both replicas sent together."""

    posts: int
    creates: int
    status: str
    log: str

    @property
    def is_wrong(self) -> bool:
        return (self.posts, self.status) != (1, "published")


async def play(cell: Cell, server: str, number: int) -> Outcome:
    """One cell, with a database, a platform and two folders of its own."""
    database = await make_database(server, f"proof_{number}")
    async with XServer() as x:
        with tempfile.TemporaryDirectory() as folder:
            one, other = (machine(Path(folder) / name, x, database) for name in ("one", "other"))
            how = (cell.by.name, cell.step.value, cell.when)
            async with one.running(sys.executable, "-c", REPLICA, *how) as first:
                await struck(first, cell.by)
                await leases_run_out(database, cell)
                async with other.running() as second:
                    await finished(other)
                    if cell.by is signal.SIGSTOP:
                        first.process.send_signal(signal.SIGCONT)
                        await first.until("action=ready")  # else it is killed before it does harm
                        await first.stop()
                    await second.stop()
                    said = "".join([*first.lines, *second.lines])
            rows = (await other.command("history", "--json")).json
    (status,) = {row["status"] for row in rows}
    return Outcome(posts=len(x.delivered()), creates=x.creates, status=status, log=said)


def machine(folder: Path, x: XServer, database: SharedDatabase) -> Installation:
    folder.mkdir()
    installed = install(folder, x)
    installed.settings.update(DESTINATIONS="twitter", DATABASE_URL=database.url)
    installed.write_settings()
    return installed


async def struck(service: Running, by: signal.Signals) -> None:
    """Until it is dead by the signal, or stands still."""
    if by is signal.SIGKILL:
        code = await service.process.wait()
    else:
        pid, how = service.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT
        ended = await asyncio.to_thread(os.waitid, os.P_PID, pid, how)
        code = 0 if ended is None else -ended.si_status
    if code != -by:
        said = await service.process.stderr.read() if service.process.stderr else b""
        raise RuntimeError(f"it was not struck, but ended with {code}: {said.decode()}")


async def leases_run_out(database: SharedDatabase, cell: Cell) -> None:
    if cell.by is signal.SIGSTOP and (cell.step, cell.when) in ARMED:
        await asyncio.sleep(SEND_LEASE.total_seconds() + 5)
    else:
        await database.let_pass(LEASE + timedelta(seconds=5))


async def finished(installed: Installation) -> None:
    """Until the ledger says how it ended; what is in doubt is looked for again."""
    began = SystemClock().now()
    while SystemClock().now() - began < timedelta(seconds=120):
        if set((await installed.published()).values()) == {"published"}:
            return
        await asyncio.sleep(1)


@asynccontextmanager
async def postgresql() -> AsyncIterator[str | None]:
    programs = server_programs()
    if programs is None:
        yield None
        return
    with running_server(programs) as url:
        yield url


async def prove() -> int:
    """Print a line for each cell; how many are wrong."""
    cells = [
        Cell(by=by, step=step, when=when)
        for by in (signal.SIGKILL, signal.SIGSTOP)
        for step, when in STEPS
    ]
    room = asyncio.Semaphore(AT_A_TIME)
    async with postgresql() as server:
        if server is None:
            say("Replicas: left out, PostgreSQL's server is not installed")
            return 0

        async def one(number: int, cell: Cell) -> bool:
            async with room:
                outcome = await play(cell, server, number)
            mark = "!" if outcome.is_wrong else "1"
            say(f"  {mark} {cell.name}: {outcome.creates} creates, {outcome.status}")
            if outcome.is_wrong:
                say(outcome.log)
            return outcome.is_wrong

        say("Replicas, two on one database; the first one is struck, the other takes over:")
        wrong = await asyncio.gather(*(one(*each) for each in enumerate(cells)))
    say(f"{len(cells)} cells: {len(cells) - sum(wrong)} with one post; {sum(wrong)} violations")
    return sum(wrong)


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> int:
    """1 when anything is wrong."""
    return int(asyncio.run(prove()) > 0)


if __name__ == "__main__":
    sys.exit(main())
