"""A caption file of the operator's: shown in the preview, or the start ends with what is wrong."""

from pathlib import Path

import pytest

from tests.bot.cli.terminal import Command, add, rows, set_settings


def test_the_preview_and_the_check_show_what_a_file_does(run: Command, tmp_path: Path) -> None:
    (tmp_path / "captions.toml").write_text('[fr]\nnumber = "épisode {{ number }} !"\n', "utf-8")
    set_settings(tmp_path, "CAPTION_FILE=captions.toml", "SERIES_STARTED=2026-01-01")
    entry = add(run, "Nîmes", "--on", "2027-01-01")
    (row,) = rows(run("preview", entry, "--json"))
    assert row["text"].startswith("#UnJourUneVille #Nîmes · épisode 366\u202f!\n")
    found = {each["subject"]: each["message"] for each in rows(run("check", "--json"))}
    assert found["captions"] == "captions.toml, tried with sample cities"


@pytest.mark.parametrize("command", [["check"], ["status"], ["run"]])
def test_a_broken_file_ends_every_command_with_2_and_all_that_is_wrong(
    run: Command, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "captions.toml").write_text('[fr]\ntext = "{{ a }}"\n[en]\nlead = ""\n', "utf-8")
    set_settings(tmp_path, "CAPTION_FILE=captions.toml")
    said = run(*command, code=2).stderr.splitlines()
    assert len(said) == 2
    assert "CITY_A_DAY_CAPTION_FILE: captions.toml: line 2, fr.text: no variable “a”" in said[0]
    assert "CITY_A_DAY_CAPTION_FILE: captions.toml: line 4, en.lead: always there" in said[1]


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "cannot be read: No such file or directory"), (b"\xe9", "not UTF-8; save it as UTF-8")],
)
def test_a_file_that_cannot_be_read_is_named(
    run: Command, tmp_path: Path, content: bytes | None, why: str
) -> None:
    if content is not None:
        (tmp_path / "captions.toml").write_bytes(content)
    set_settings(tmp_path, "CAPTION_FILE=captions.toml")
    assert f"CITY_A_DAY_CAPTION_FILE: captions.toml: {why}" in run("status", code=2).stderr


def test_a_first_day_that_is_no_date_is_refused(run: Command, tmp_path: Path) -> None:
    set_settings(tmp_path, "SERIES_STARTED=1/5/2021")
    assert "CITY_A_DAY_SERIES_STARTED: got '1/5/2021'" in run("status", code=2).stderr
