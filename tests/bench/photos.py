"""Deriving pictures, against bare libvips that reduces and encodes the same with the same options.

The photo is a real one where the photos of the collection are at hand, else one of clouds and
grain. Every peak is that of a fresh process which does nothing else.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from content.images import derive
from content.post import Limits
from tests.bench.ratio import Ratio

PHOTO = (
    Path(__file__).resolve().parents[2].parent / "shared/content/photos/paris_ISS043-E-93480.jpg"
)
MEGAPIXELS_20, MEGAPIXELS_100 = (5472, 3648), (12_247, 8_165)
SIDE = 2048
LIMITS = Limits(text=1, count=len, images=1, image_bytes=5_000_000, image_side=SIDE, alt=1)
TIMES = 9
TIME_AIM = 1.15
MOST_MEMORY_MB = 300
LONGEST_BLOCK_MS = 50
TICK = 0.001

MAKE = """
import sys, pyvips
photo, file, width, height = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
if photo:
    source = pyvips.Image.new_from_file(photo)
else:
    clouds = pyvips.Image.perlin(4928, 3280, cell_size=256) * 60 + 90
    grain = pyvips.Image.gaussnoise(4928, 3280, sigma=8, seed=1)
    source = (clouds + grain).bandjoin([clouds * 0.9 + grain, clouds * 0.7 + grain]).cast("uchar")
    source = source.copy(interpretation="srgb")
picture = source.rot90() if source.height > source.width else source
picture = picture.resize(width / picture.width, vscale=height / picture.height)
picture.jpegsave(file, Q=92, subsample_mode="on", keep="none")
"""
# Both say the seconds of each time, the smallest of which counts, and the peak of memory in MB.
SAY = """
import json, resource, sys
from time import perf_counter
data = open(sys.argv[1], "rb").read()
times = int(sys.argv[2])
def say(work):
    taken = []
    for _ in range(times):
        began = perf_counter()
        work()
        taken.append(perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps([min(taken), peak]))
"""
BARE = f"""{SAY}
import pyvips
pyvips.cache_set_max(0)
def work():
    picture = pyvips.Image.thumbnail_buffer(
        data, {SIDE}, height={SIDE}, size="down", fail_on="warning"
    )
    picture.jpegsave_buffer(
        Q=92, subsample_mode="off", optimize_coding=True, interlace=True, keep="none"
    )
say(work)
"""
OURS = f"""{SAY}
from content.images import derive
from tests.bench.photos import LIMITS
say(lambda: derive(data, LIMITS, ""))
"""


def measure() -> Iterator[Ratio]:
    """Time and memory of one picture, then what the event loop has of several at once."""
    with tempfile.TemporaryDirectory() as folder:
        ordinary = make(Path(folder) / "20.jpg", MEGAPIXELS_20)
        turns = [(run(OURS, ordinary, TIMES), run(BARE, ordinary, TIMES)) for _ in range(3)]
        yield Ratio(
            what=f"derive {SIDE} px of 20 megapixels, against bare libvips",
            measured=1000 * min(ours[0] for ours, _ in turns),
            floor=1000 * min(bare[0] for _, bare in turns),
            unit="ms",
            aim=TIME_AIM,
        )
        yield Ratio(
            what="its peak memory, against bare libvips",
            measured=run(OURS, ordinary, 1)[1],
            floor=run(BARE, ordinary, 1)[1],
            unit="MB",
        )
        huge = make(Path(folder) / "100.jpg", MEGAPIXELS_100)
        yield Ratio(
            what=f"peak memory for 100 megapixels, against {MOST_MEMORY_MB} MB",
            measured=run(OURS, huge, 1)[1],
            floor=MOST_MEMORY_MB,
            unit="MB",
            aim=1.0,
        )
        yield Ratio(
            what=f"event loop blocked while deriving, against {LONGEST_BLOCK_MS} ms",
            measured=asyncio.run(longest_block(ordinary.read_bytes())),
            floor=LONGEST_BLOCK_MS,
            unit="ms",
            aim=1.0,
        )


def make(file: Path, size: tuple[int, int]) -> Path:
    """A photo of this size, written by a process of its own."""
    photo = str(PHOTO) if PHOTO.exists() else ""
    python("-c", MAKE, photo, str(file), *map(str, size))
    return file


def run(program: str, file: Path, times: int) -> tuple[float, float]:
    """Seconds and MB, as a fresh process says them."""
    seconds, peak = json.loads(python("-c", program, str(file), str(times)))
    return seconds, peak


def python(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)
    return done.stdout


async def longest_block(data: bytes) -> float:
    """Milliseconds by which a tick was late at most, while threads derive for four destinations."""
    done = asyncio.Event()
    ticking = asyncio.create_task(_ticks(done))
    await asyncio.gather(*(asyncio.to_thread(derive, data, LIMITS, "") for _ in range(4)))
    done.set()
    return await ticking


async def _ticks(done: asyncio.Event) -> float:
    longest = 0.0
    while not done.is_set():
        began = perf_counter()
        await asyncio.sleep(TICK)
        longest = max(longest, perf_counter() - began - TICK)
    return longest * 1000
