"""Import of 100,000 rows, against bare sqlite3 that inserts the same rows."""

import asyncio
import csv
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.app import App, assemble
from bot.operations.transfer import import_file
from bot.settings import Settings
from bot.storage.database import open_store
from schedules.clock import SystemClock
from tests.bench.ratio import Ratio

ROWS = 100_000
TIMES = 3
CITIES = (
    "Le Mans",
    "Metz",
    "Albi",
    "Nantes",
    "Brest",
    "Dijon",
    "Reims",
    "Angers",
    "Nîmes",
    "Lille",
)


def measure() -> Iterator[Ratio]:
    """The whole import of a CSV file, and its writing alone."""
    with tempfile.TemporaryDirectory(prefix="city-a-day-bench-") as name:
        folder = Path(name)
        file = folder / "queue.csv"
        write(file)
        imports, adds, inserts = [], [], []
        for number in range(TIMES):
            database = folder / f"{number}.db"
            imports.append(asyncio.run(imported(folder, file, database)))
            adds.append(asyncio.run(added(database, folder / f"{number}-added.db")))
            inserts.append(inserted(database, folder / f"{number}-bare.db"))
    for what, seconds in (("a CSV file", imports), ("Entries at once", adds)):
        yield Ratio(
            what=f"import: 100,000 rows, {what}, against bare sqlite3",
            measured=median(seconds),
            floor=median(inserts),
            unit="s",
        )


def write(file: Path) -> None:
    """Rows as an admin may have them: a city, two texts, hashtags."""
    with file.open("w", newline="", encoding="utf-8") as table:
        rows = csv.writer(table)
        rows.writerow(("city", "text_fr", "text_en", "tags"))
        for number in range(ROWS):
            city = CITIES[number % len(CITIES)]
            texts = f"{city}, vue numéro {number}, la nuit.", f"{city}, view {number}, at night."
            rows.writerow((city, *texts, "LaNuit France"))


async def imported(folder: Path, file: Path, database: Path) -> float:
    """Seconds that `queue import` takes once the program is ready."""
    app = await opened(folder, database)
    began = perf_counter()
    done = await import_file(app, file)
    took = perf_counter() - began
    if len(done.entries) != ROWS:
        raise RuntimeError(f"{len(done.entries)} were imported: {done.problems[:3]}")
    await app.store.close()
    return took


async def added(source: Path, database: Path) -> float:
    """Seconds that the store takes to add the same Entries."""
    filled, empty = (
        await open_store(f"sqlite:///{source}"),
        await open_store(f"sqlite:///{database}"),
    )
    entries = await filled.queue()
    began = perf_counter()
    await empty.add(entries)
    took = perf_counter() - began
    await filled.close()
    await empty.close()
    return took


def inserted(source: Path, database: Path) -> float:
    """Seconds that sqlite3 takes to insert the same rows, with the same indexes and settings."""
    with closing(sqlite3.connect(source)) as filled, closing(sqlite3.connect(database)) as bare:
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("PRAGMA synchronous = FULL")
        tables = "SELECT sql FROM sqlite_master WHERE tbl_name = 'entries' AND sql IS NOT NULL"
        for (statement,) in filled.execute(tables):
            bare.execute(statement)
        rows = filled.execute("SELECT * FROM entries ORDER BY id").fetchall()
        values = ", ".join("?" * len(rows[0]))
        began = perf_counter()
        with bare:
            bare.executemany(f"INSERT INTO entries VALUES ({values})", rows)
        return perf_counter() - began


async def opened(folder: Path, database: Path) -> App:
    """The program's parts on a new database, its gazetteer read."""
    clock = SystemClock()
    app = assemble(
        Settings(data_dir=folder),
        owner="bench",
        clock=clock,
        store=await open_store(f"sqlite:///{database}"),
        publishers={},
        channels=(),
    )
    app.gazetteer.find(CITIES[0])
    return app
