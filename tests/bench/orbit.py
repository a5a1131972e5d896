"""The view from orbit: its time on one core, its memory, and what it leaves the event loop."""

import asyncio
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.resources import files
from time import perf_counter, process_time
from typing import Any

from content.city import City
from content.orbit import view_from_orbit
from tests.bench.ratio import Ratio

TIMES, FRESH = 7, 3
SECONDS_AIM, MEMORY_AIM_MB, BLOCKED_AIM_MS = 0.35, 200.0, 50.0
TICK = 0.001
AT = datetime(2026, 6, 21, 7, tzinfo=UTC)
CITIES = (
    City(name="Le Mans", country="FR", region="Sarthe", latitude=48.0021, longitude=0.2025),
    City(name="東京", country="JP", region="東京都", latitude=35.69, longitude=139.69),
    City(name="McMurdo Station", country="AQ", latitude=-77.846, longitude=166.676),
)


def measure() -> Iterator[Ratio]:
    """In a fresh process, whose memory is this picture's alone."""
    found = _in_a_fresh_process("all")
    firsts = [_in_a_fresh_process("first")["blocked"] for _ in range(FRESH)]
    for place, seconds in found["seconds"].items():
        yield Ratio(
            what=f"view from orbit of {place}, CPU after the first",
            measured=seconds,
            floor=found["floor"],
            unit="s",
            aim=SECONDS_AIM / found["floor"],
        )
    yield Ratio(
        what="the first of a process, with its libraries, CPU",
        measured=found["first"],
        floor=found["floor"],
        unit="s",
    )
    yield Ratio(
        what=f"its peak memory, against {MEMORY_AIM_MB:g} MB",
        measured=found["memory"],
        floor=MEMORY_AIM_MB,
        unit="MB",
        aim=1.0,
    )
    for what, milliseconds in (("", found["blocked"]), (", the first time", min(firsts))):
        yield Ratio(
            what=f"the event loop's longest wait meanwhile{what}, against 50 ms",
            measured=milliseconds,
            floor=BLOCKED_AIM_MS,
            unit="ms",
            aim=1.0,
        )


def _in_a_fresh_process(part: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.bench.orbit", part],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _first() -> dict[str, object]:
    return {"blocked": asyncio.run(_blocked(CITIES[0])) * 1000}


def _all() -> dict[str, object]:
    first = _seconds(_drawing(CITIES[0]))
    seconds = {}
    for city in CITIES:
        draw = _drawing(city)
        draw()  # loads its fonts
        seconds[city.name] = min(_seconds(draw) for _ in range(TIMES))
    return {
        "first": first,
        "seconds": seconds,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        # The shortest of several longest: a machine that does other things makes anyone wait.
        "blocked": 1000
        * max(min(asyncio.run(_blocked(city)) for _ in range(3)) for city in CITIES),
        "floor": min(_seconds(_bare_libraries) for _ in range(TIMES)),
    }


def _drawing(city: City) -> Callable[[], object]:
    return lambda: view_from_orbit(city, "fr", at=AT)


def _bare_libraries() -> None:
    """What no view can do without: read the map, write a JPEG."""
    import pyvips

    data = (files("content") / "data" / "blue-marble.jpg").read_bytes()
    image = pyvips.Image.new_from_buffer(data, "").copy_memory()
    image.crop(0, 0, 1600, 900).jpegsave_buffer(Q=90, subsample_mode="off")


async def _blocked(city: City) -> float:
    """The longest that a task waited for its turn, beyond what it asked for, in seconds."""
    longest = 0.0
    drawing = asyncio.create_task(asyncio.to_thread(view_from_orbit, city, "fr", at=AT))
    while not drawing.done():
        began = perf_counter()
        await asyncio.sleep(TICK)
        longest = max(longest, perf_counter() - began - TICK)
    await drawing
    return longest


def _seconds(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"first": _first, "all": _all}[sys.argv[1]]()))
