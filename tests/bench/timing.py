"""Medians of what a store or an app does."""

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from statistics import median
from time import perf_counter

Work = Callable[[], AsyncIterator[None]]
"""A generator: what stands before its one `yield` is timed, what stands behind it is not."""

WARM_UP = 10


async def medians(works: Sequence[Work], *, times: int) -> list[float]:
    """The median of each, in milliseconds.

    They take turns, so that a busy moment of the machine is none of one work's alone.
    """
    taken: list[list[float]] = [[] for _ in works]
    gc.collect()
    for turn in range(-WARM_UP, times):
        for work, milliseconds in zip(works, taken, strict=True):
            steps = work()
            began = perf_counter()
            await anext(steps)
            took = perf_counter() - began
            async for _ in steps:
                raise RuntimeError("a work yields once")
            if turn >= 0:
                milliseconds.append(took * 1000)
    return [median(milliseconds) for milliseconds in taken]
