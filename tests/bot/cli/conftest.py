"""A fresh folder for each test, and a hand that types."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from bot.cli.commands import cli
from bot.testing import sample_picture
from tests.bot.cli.terminal import Command
from tests.empty_database import empty_database
from tests.end_to_end.service import noon_zone


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".env").write_text(f"CITY_A_DAY_TIMEZONE={noon_zone()}\n", encoding="utf-8")
    (tmp_path / "nimes.jpg").write_bytes(sample_picture(640, 480))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "city-a-day.db").write_bytes(empty_database())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Iterator[Command]:
    """Types a command in a fresh folder with the gallery on."""
    assert folder.exists()

    def typed(*args: str, code: int = 0) -> Result:
        result = CliRunner().invoke(cli, args)
        # Whatever else is raised a person would see as a traceback.
        assert isinstance(result.exception, SystemExit | None), result.exc_info
        assert result.exit_code == code, result.output
        return result

    yield typed
    structlog.reset_defaults()
