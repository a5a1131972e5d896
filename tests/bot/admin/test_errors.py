"""Whatever goes wrong, who asked is answered, and what nobody foresaw can be found in the log."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from structlog.testing import capture_logs

from tests.bot.admin.conftest import Scene
from tests.clock import FakeClock


@dataclass
class Stopped(FakeClock):
    """Has a bug."""

    def __init__(self) -> None:
        super().__init__()

    def now(self) -> datetime:
        raise ZeroDivisionError("a secret detail")


async def test_a_database_that_is_gone_is_told_and_nothing_is_said_to_be_done(
    scene: Scene, tmp_path: Path
) -> None:
    database = tmp_path / "city-a-day.db"
    database.rename(tmp_path / "elsewhere.db")
    with capture_logs() as logs:
        shown = scene.text(await scene.slash("status"))
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["store_unavailable"]
    assert shown == "The database cannot be reached: nothing was changed. Try again soon."
    (tmp_path / "elsewhere.db").rename(database)


async def test_what_nobody_foresaw_has_a_number_that_stands_in_the_log(scene: Scene) -> None:
    scene.bot.app = replace(scene.app, clock=Stopped())
    with capture_logs() as logs:
        shown = scene.text(await scene.slash("status"))
    (logged,) = [line for line in logs if line["event"] == "admin_failed"]
    assert f"with number {logged['number']}." in shown
    assert isinstance(logged["exc_info"], ZeroDivisionError)
    assert "secret" not in shown


async def test_followers_are_answered_too(scene: Scene) -> None:
    scene.bot.app = replace(scene.app, clock=Stopped())
    with capture_logs():
        shown = scene.text(await scene.french().slash("today", by=scene.bob))
    assert shown.startswith("Une erreur imprévue est survenue.")


async def test_a_reason_of_any_length_is_told(scene: Scene) -> None:
    """Discord would refuse it, and who asked would wait for ever."""
    await scene.app.store.pause(reason="*" * 4_000, until=None, by="cli:anna")
    shown = scene.text(await scene.slash("pause", reason="Holidays"))
    assert shown.startswith("It is paused already. Paused by anna")
    assert shown.endswith("…")
