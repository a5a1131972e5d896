"""The service's start, idle memory and idle CPU, against a process that imports its libraries."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.ratio import Ratio
from tests.end_to_end.service import Installation, Running, install
from tests.platforms.discord_rest import DiscordServer
from tests.platforms.x import XServer

TIMES = 7
IDLE_SECONDS = 60
START_AIM, MEMORY_AIM, CPU_AIM_PERCENT = 1.5, 1.3, 0.2
OURS = ("bot", "content", "schedules", "tests", "__main__", "__mp_main__")

# The installed program; at its end it says what it had imported.
SERVICE = """
import atexit, json, sys
from bot.main import main
sys.argv = ["city-a-day", "run", "--now"]
loaded = lambda: json.dump(sorted(sys.modules), open("modules.json", "w"))
atexit.register(loaded)
main()
"""
LIBRARIES = """
import contextlib, importlib, json, sys, time
for name in json.load(open("modules.json")):
    with contextlib.suppress(ImportError):  # some make modules that no import finds
        importlib.import_module(name)
print("imported", file=sys.stderr, flush=True)
time.sleep(600)
"""


@dataclass(frozen=True)
class Process:
    """How long it took to be ready, in seconds, and what it then has in memory, in MB."""

    ready: float
    memory: float


def measure() -> Iterator[Ratio]:
    """Start and memory, in turn with the floor; then a minute of doing nothing."""
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory() as folder:
        services, floors, cpu = runner.run(processes(Path(folder)))
    yield Ratio(
        what="start to ready, against importing the same libraries",
        measured=median(each.ready for each in services),
        floor=median(each.ready for each in floors),
        unit="s",
        aim=START_AIM,
    )
    yield Ratio(
        what="idle memory, against the same libraries",
        measured=median(each.memory for each in services),
        floor=median(each.memory for each in floors),
        unit="MB",
        aim=MEMORY_AIM,
    )
    yield Ratio(
        what=f"CPU while idle for {IDLE_SECONDS} s, against {CPU_AIM_PERCENT} % of a core",
        measured=cpu,
        floor=CPU_AIM_PERCENT,
        unit="%",
        aim=1.0,
    )


async def processes(folder: Path) -> tuple[list[Process], list[Process], float]:
    """With all three platforms on, today's city posted, and a queue that is full."""
    async with XServer() as x, DiscordServer() as discord:
        installed = install(folder, x, discord)
        installed.write_settings(LOG_LEVEL="debug")
        async with installed.running(sys.executable, "-c", SERVICE) as first:
            for _ in range(3):
                await first.until("action=published")
            await first.stop()
        keep_libraries(folder)
        services, floors = [], []
        for _ in range(TIMES):
            floors.append(await process(installed, LIBRARIES, "imported"))
            services.append(await process(installed, SERVICE, "action=ready"))
        async with installed.running(sys.executable, "-c", SERVICE) as service:
            await idle(service)
            before = cpu_seconds(service)
            await asyncio.sleep(IDLE_SECONDS)
            cpu = 100 * (cpu_seconds(service) - before) / IDLE_SECONDS
    return services, floors, cpu


def keep_libraries(folder: Path) -> None:
    """Leave out what is ours."""
    file = folder / "modules.json"
    names = json.loads(file.read_text())
    file.write_text(json.dumps([name for name in names if name.partition(".")[0] not in OURS]))


async def process(installed: Installation, program: str, ready: str) -> Process:
    """Start it, wait until it is ready and then idle, look at it, end it."""
    began = perf_counter()
    async with installed.running(sys.executable, "-c", program) as running:
        await running.until(ready)
        took = perf_counter() - began
        if program == SERVICE:
            await idle(running)
        return Process(ready=took, memory=resident(running))


async def idle(service: Running) -> None:
    """After its first look ahead there is nothing to do."""
    if not any("action=looked" in line for line in service.lines):
        await service.until("action=looked")


def resident(running: Running) -> float:
    status = Path(f"/proc/{running.process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


def cpu_seconds(running: Running) -> float:
    fields = Path(f"/proc/{running.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
