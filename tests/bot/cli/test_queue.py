"""`city-a-day queue …`: what is typed, what is said, what waits then."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bot.cli.terminal import CREDIT, Command, add, names, rows
from tests.end_to_end.service import today


def test_add_prints_the_new_entrys_id(run: Command) -> None:
    entry = add(run, "nimes")
    (row,) = rows(run("queue", "list", "--json"))
    assert row == {
        "id": int(entry),
        "city": "Nîmes",
        "country": "FR",
        "department": "Gard",
        "state": "ready",
        "date": None,
    }


def test_add_says_which_city_it_took_and_that_it_waits_already(run: Command) -> None:
    first = add(run, "nimes")
    again = run("queue", "add", "Nîmes", "--text-fr", "Nîmes, encore.")
    assert "Nîmes is queued, ready." in again.stderr
    assert f"waits already as {first}:" in again.stderr


def test_an_ambiguous_name_lists_the_choices_and_each_is_accepted(run: Command) -> None:
    refused = run("queue", "add", "saint-denis", code=1)
    assert "Saint-Denis, La Réunion; Saint-Denis, Seine-Saint-Denis" in refused.stderr
    run("queue", "add", "Saint-Denis, La Réunion")
    assert rows(run("queue", "list", "--json"))[0]["country"] == "RE"


def test_an_unknown_name_suggests_near_ones(run: Command) -> None:
    assert "Carcassonne" in run("queue", "add", "Carcasonne", code=1).stderr


def test_without_a_text_it_is_a_draft_and_says_what_is_missing(run: Command) -> None:
    result = run("queue", "add", "Metz")
    assert "--text-fr" in result.stderr
    assert rows(run("queue", "list", "--json"))[0]["state"] == "draft"


def test_a_photo_without_credit_is_a_draft_until_it_has_one(run: Command) -> None:
    entry = add(run, "Nîmes", "--photo", "nimes.jpg")
    missing = rows(run("queue", "show", entry, "--json"))["missing"]
    assert [words.split("(")[1] for words in missing] == ["--author)", "--licence)", "--confirm)"]
    run("queue", "edit", entry, *CREDIT)
    assert rows(run("queue", "show", entry, "--json"))["state"] == "ready"


@pytest.mark.parametrize("blank", ["", " ", "\u200b", "\u2060 \n"])
def test_what_nobody_can_see_is_no_alt_text_and_no_credit(run: Command, blank: str) -> None:
    given = ("--alt", blank, "--author", blank, "--licence", blank)
    entry = add(run, "Nîmes", "--photo", "nimes.jpg", *given)
    missing = rows(run("queue", "show", entry, "--json"))["missing"]
    assert [words.split("(")[1] for words in missing] == ["--alt)", "--author)", "--licence)"]


def test_a_file_that_is_no_picture_is_refused_and_nothing_is_queued(
    run: Command, folder: Path
) -> None:
    (folder / "notes.jpg").write_text("not a picture", encoding="utf-8")
    refused = run("queue", "add", "Nîmes", "--photo", "notes.jpg", code=1)
    assert "notes.jpg" in refused.stderr
    assert names(run) == []


def test_a_credit_without_a_photo_is_refused(run: Command) -> None:
    assert "--photo" in run("queue", "add", "Nîmes", "--author", "me", code=1).stderr


def test_a_caption_that_cannot_fit_is_refused_when_queued(run: Command) -> None:
    credit = ("--alt", "Nîmes.", "--author", "A" * 6000, "--licence", "CC0")
    refused = run(
        *("queue", "add", "Nîmes", "--text-fr", "Nîmes.", "--photo", "nimes.jpg"),
        *credit,
        code=1,
    )
    assert "site:" in refused.stderr
    assert names(run) == []


def test_one_word_gives_one_hashtag(run: Command) -> None:
    entry = add(run, "Nîmes", "--tag", "Gard", "--tag", "#gard", "--tag", "Arènes romaines")
    assert rows(run("queue", "show", entry, "--json"))["tags"] == ["Gard", "Arènesromaines"]


def test_move_puts_an_entry_at_a_place(run: Command) -> None:
    entries = {name: add(run, name) for name in ("Nîmes", "Metz", "Albi")}
    run("queue", "move", entries["Albi"], "1")
    assert names(run) == ["Albi", "Nîmes", "Metz"]
    run("queue", "move", entries["Albi"], "2")
    assert names(run) == ["Nîmes", "Albi", "Metz"]
    run("queue", "move", entries["Nîmes"], "9")
    assert names(run) == ["Albi", "Metz", "Nîmes"]
    said = run("queue", "move", entries["Albi"], "99999999999999999999").stdout
    assert said == "Albi is number 3 in the queue.\n"
    assert names(run) == ["Metz", "Nîmes", "Albi"]


def test_hold_and_release(run: Command) -> None:
    entry = add(run, "Nîmes")
    assert "held" in run("queue", "hold", entry).stdout
    assert rows(run("queue", "list", "--state", "ready", "--json")) == []
    assert "ready" in run("queue", "release", entry).stdout


def test_remove_takes_it_out(run: Command) -> None:
    entry = add(run, "Nîmes")
    run("queue", "remove", entry)
    assert names(run) == []
    refused = run("queue", "remove", entry, code=1).stderr
    assert refused.endswith("in the queue. See: city-a-day queue list\n")


def test_a_date_is_pinned_once(run: Command) -> None:
    day = (today() + timedelta(days=3)).isoformat()
    add(run, "Nîmes", "--on", day)
    assert day in run("queue", "add", "Metz", "--text-fr", "x", "--on", day, code=1).stderr
    assert rows(run("queue", "list", "--json"))[0]["date"] == day


def test_a_past_date_is_refused(run: Command) -> None:
    assert "past" in run("queue", "add", "Metz", "--on", "2020-01-01", code=1).stderr


def test_wrong_usage_is_code_2(run: Command) -> None:
    run("queue", "add", "Metz", "--on", "tomorrow", code=2)
    run("queue", "show", "x", code=2)
    run("fly", code=2)


def test_a_date_that_must_be_a_slip_is_refused(run: Command) -> None:
    entry = add(run, "Nîmes")
    for day in ("9999-12-31", (today() + timedelta(days=3661)).isoformat()):
        assert "ten years" in run("queue", "add", "Metz", "--on", day, code=1).stderr
        assert "ten years" in run("queue", "edit", entry, "--on", day, code=1).stderr


def test_an_edit_that_says_nothing_or_two_things_is_wrong_usage(run: Command) -> None:
    entry = add(run, "Nîmes")
    assert "--text-fr" in run("queue", "edit", entry, code=2).stderr
    both = ("--on", (today() + timedelta(days=3)).isoformat(), "--no-date")
    assert "contradict" in run("queue", "edit", entry, *both, code=2).stderr


def test_a_pinned_date_is_taken_off(run: Command) -> None:
    entry = add(run, "Nîmes", "--on", (today() + timedelta(days=3)).isoformat())
    run("queue", "edit", entry, "--no-date")
    assert rows(run("queue", "show", entry, "--json"))["date"] is None


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("folder.jpg", "is a folder"),
        ("pipe.jpg", "is no file but a pipe"),
        ("huge.jpg", "has 3,000 MB, the most is 50 MB"),
        ("circle.jpg", "cannot be read"),
        ("nowhere.jpg", "cannot be read: No such file"),
    ],
)
def test_what_is_no_readable_file_is_refused_at_once(
    run: Command, folder: Path, file: str, reason: str
) -> None:
    (folder / "folder.jpg").mkdir()
    os.mkfifo(folder / "pipe.jpg")
    with (folder / "huge.jpg").open("wb") as huge:
        huge.truncate(3_000_000_000)
    (folder / "circle.jpg").symlink_to("circle.jpg")
    refused = run("queue", "add", "Nîmes", "--photo", file, code=1).stderr
    assert refused.startswith(f"city-a-day: {file} {reason}")
    assert refused.count("\n") == 1


@pytest.mark.parametrize("file", ["été à Nîmes.jpg", "-nimes.jpg"])
def test_a_photo_may_be_called_anything(run: Command, folder: Path, file: str) -> None:
    (folder / "nimes.jpg").rename(folder / file)
    run("queue", "add", "Nîmes", "--photo", file)


def test_a_photo_folder_that_is_in_the_way_is_named(run: Command, folder: Path) -> None:
    entry = add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    photos = folder / "data" / "photos"
    photos.rename(folder / "elsewhere")
    photos.touch()
    refused = run("queue", "add", "Metz", "--photo", "nimes.jpg", code=1).stderr
    assert "data/photos cannot be written" in refused
    assert "data/photos cannot be read" in run("preview", entry, code=1).stderr
