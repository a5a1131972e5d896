"""`city-a-day pause`, `resume`, `skip`, `undo`, `edit`, `resolve … give-up`."""

from datetime import timedelta
from pathlib import Path

from bot.testing import Failure
from tests.bot.cli.terminal import CREDIT, Command, add, names, rows
from tests.bot.cli.test_posting import discord
from tests.end_to_end.service import today
from tests.platforms.discord_rest import DiscordServer

__all__ = ["discord"]
PHOTO = ("--photo", "nimes.jpg", *CREDIT)
"""To draw the view from orbit takes longer."""


def days_on_show(folder: Path) -> int:
    return len(list((folder / "data" / "site" / "days").glob("*")))


def test_a_pause_is_shown_everywhere_and_nothing_is_posted_until_it_is_resumed(
    run: Command, folder: Path
) -> None:
    add(run, "Metz", *PHOTO)
    assert "holidays" in run("pause", "holidays").stdout
    assert "holidays" in run("post", code=1).stderr
    assert "holidays" in run("status").stdout
    paused = rows(run("status", "--json"))["paused"]
    assert (paused["reason"], paused["until"]) == ("holidays", None)
    assert {row["blank"] for row in rows(run("calendar", "--json"))} == {"paused"}
    assert "holidays" in run("pause", "again", code=1).stderr
    assert "over" in run("resume").stderr
    assert "not paused" in run("resume", code=1).stderr
    assert rows(run("status", "--json"))["paused"] is None
    assert rows(run("post", "--json"))[0]["status"] == "published"


def test_a_pause_with_an_end_leaves_the_days_after_it_in_the_calendar(run: Command) -> None:
    add(run, "Metz")
    until = today() + timedelta(days=2)
    run("pause", "holidays", "--until", str(until))
    found = {row["date"]: row for row in rows(run("calendar", "--json"))}
    assert found[str(until - timedelta(days=1))]["blank"] == "paused"
    assert found[str(until)]["city"] == "Metz"
    assert rows(run("status", "--json"))["next"]["date"] == str(until)
    assert "paused" in run("calendar").stdout


def test_a_pause_wants_a_reason_and_an_end_that_is_to_come(run: Command) -> None:
    assert "why" in run("pause", " ", code=1).stderr
    assert "coming" in run("pause", "holidays", "--until", str(today()), code=1).stderr
    assert rows(run("status", "--json"))["paused"] is None


def test_a_skipped_date_is_blank_and_can_be_taken_back(run: Command) -> None:
    add(run, "Metz", *PHOTO)
    run("skip", str(today()))
    first, second = rows(run("calendar", "--days", "2", "--json"))
    assert (first["blank"], first["city"], second["city"]) == ("skipped", None, "Metz")
    assert "skipped already" in run("skip", str(today()), code=1).stderr
    assert "skipped" in run("post", code=1).stderr
    assert rows(run("status", "--json"))["next"]["city"] == "Metz"
    assert "not skipped" in run("skip", str(today()), "--undo").stdout
    assert rows(run("post", "--json"))[0]["city"] == "Metz"


def test_what_cannot_be_skipped_says_what_to_do(run: Command) -> None:
    coming = today() + timedelta(days=3)
    add(run, "Nîmes", "--on", str(coming))
    assert "Nîmes" in run("skip", str(coming), code=1).stderr
    run("skip", str(coming + timedelta(days=1)))
    refused = run("queue", "add", "Metz", "--on", str(coming + timedelta(days=1)), code=1)
    assert "skipped" in refused.stderr
    assert "past" in run("skip", str(today() - timedelta(days=1)), code=1).stderr
    run("post")
    assert "undo" in run("skip", str(today()), code=1).stderr


def test_undo_takes_the_city_down_and_the_day_stays_done(run: Command, folder: Path) -> None:
    add(run, "Metz", *PHOTO)
    add(run, "Albi")
    run("post")
    assert days_on_show(folder) == 1
    (row,) = rows(run("undo", "--yes", "--json"))
    assert (row["status"], row["error"], row["url"]) == ("cancelled", "TakenDown", None)
    assert days_on_show(folder) == 0
    run("post", code=1)
    assert days_on_show(folder) == 0
    assert names(run) == ["Albi"]
    assert "nothing to take down" in run("undo", "--yes", code=1).stderr


def test_undo_asks_before(run: Command, folder: Path) -> None:
    add(run, "Metz", *PHOTO)
    run("post")
    assert "Metz" in run("undo", code=1).stderr
    assert days_on_show(folder) == 1


def test_what_is_undone_again_is_edited_and_sent_anew_everywhere(
    run: Command, folder: Path, discord: DiscordServer
) -> None:
    add(run, "Metz", *PHOTO)
    run("post")
    run("undo", "--again", "--yes")
    assert (days_on_show(folder), len(discord.posted())) == (0, 0)
    assert len(rows(run("status", "--json"))["needs_you"]) == 2
    run("edit", str(today()), "--text-fr", "Metz, la nouvelle.")
    for destination in ("site", "discord"):
        run("resolve", f"{today()}/{destination}", "resend")
    run("post")
    (message,) = discord.posted()
    assert "la nouvelle" in message.content
    assert days_on_show(folder) == 1
    assert "still to be sent" in run("edit", str(today()), "--text-fr", "x", code=1).stderr


def test_what_is_given_up_needs_nobody_any_more(run: Command, discord: DiscordServer) -> None:
    add(run, "Metz", *PHOTO)
    discord.fail_next_create(Failure.FORBIDDEN)
    run("post", code=1)
    name = f"{today()}/discord"
    assert f"resolve {name} give-up" in run("status").stdout
    (row,) = rows(run("resolve", name, "give-up", "--json"))
    assert (row["status"], row["error"]) == ("cancelled", "GivenUp")
    assert rows(run("status", "--json"))["needs_you"] == []
    assert "cancelled" in run("resolve", name, "resend", code=1).stderr
