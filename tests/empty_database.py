"""A SQLite database with the schema and nothing else: quicker to copy than to make each time."""

import asyncio
import tempfile
from functools import cache
from pathlib import Path

from bot.storage.database import open_store


@cache
def empty_database() -> bytes:
    """What its file holds. Not to be called first where a loop runs."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "city-a-day.db"
        asyncio.run(_make(f"sqlite:///{file}"))
        return file.read_bytes()


async def _make(url: str) -> None:
    await (await open_store(url)).close()
