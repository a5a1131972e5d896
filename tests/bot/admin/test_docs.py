"""docs/discord.md names every command in both languages, and each permission that is needed."""

import re
from functools import reduce
from pathlib import Path

import discord

from bot.admin.translator import names
from bot.publishers.discord.errors import NEEDED
from tests.bot.admin.conftest import Scene
from tests.bot.admin.test_walk import leaves

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "discord.md").read_text("utf-8")


async def test_every_command_is_in_the_table_with_its_french_name(scene: Scene) -> None:
    real = sorted(
        (path, " ".join(names()[word] for word in path.split()), str(command.description))
        for path, command in ((each.qualified_name, each) for each, _ in leaves(scene))
    )
    rows = re.findall(r"^\| `/([^`]+)` \| `/([^`]+)` \| (.+) \|$", GUIDE, re.MULTILINE)
    assert sorted(rows) == real


def test_the_permissions_are_those_that_the_check_asks_for() -> None:
    needed = re.split(r", | and ", NEEDED)
    _, _, below = GUIDE.partition("| permission | why |")
    table, _, _ = below.partition("\n\n")
    assert re.findall(r"^\| ([A-Z][\w ]+) \|", table, re.MULTILINE) == needed
    flags = [discord.Permissions(**{name.lower().replace(" ", "_"): True}) for name in needed]
    together = reduce(lambda one, other: one | other, flags).value
    assert set(re.findall(r"permissions=(\d+)", GUIDE)) == {str(together)}
    assert f"\n{together} is [" in GUIDE


async def test_the_one_intent_is_named(scene: Scene) -> None:
    assert scene.bot.intents == discord.Intents(guilds=True)
    assert "`GUILDS`" in GUIDE


def test_every_log_event_that_it_tells_of_is_logged() -> None:
    code = "".join(
        path.read_text("utf-8")
        for path in (Path(__file__).parents[3] / "bot" / "admin").rglob("*.py")
    )
    told = set(re.findall(r"`((?:admins?|commands|no|answered)_\w+)`", GUIDE))
    assert {event for event in told if f'"{event}"' not in code} == set()
    assert told


def test_each_picture_is_there_and_small() -> None:
    pictures = re.findall(r"\]\(([\w-]+\.jpg)\)", GUIDE)
    assert len(pictures) == len(set(pictures)) == 7
    for each in pictures:
        assert (DOCS / each).stat().st_size < 150_000, each
