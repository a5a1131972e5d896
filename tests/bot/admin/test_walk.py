"""A walk over every command, button and sentence: nothing is forgotten, in either language."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

from discord import app_commands
from discord.ext import commands

from bot.admin.commands import EVERYONE
from bot.admin.translator import names
from bot.admin.words import french
from tests.bot.admin.conftest import Scene

ROOT = Path(__file__).parents[3]
WITH_SENTENCES = ("content", "schedules", "bot")
COMMAND_NAME = re.compile(r"[-_\w]{1,32}")
PUBLIC = {"today"}

Command = app_commands.Command[commands.Cog, ..., object]


def leaves(scene: Scene) -> Iterator[tuple[Command, app_commands.Group | None]]:
    for command in scene.bot.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            yield command, command.parent


def roots(scene: Scene) -> list[Command | app_commands.Group]:
    return [
        each
        for each in scene.bot.tree.get_commands()
        if not isinstance(each, app_commands.ContextMenu)
    ]


class TestCommands:
    async def test_every_one_is_for_admins_alone_but_for_those_that_are_for_everyone(
        self, scene: Scene
    ) -> None:
        public = {each.name for each in roots(scene) if EVERYONE in each.extras}
        assert public == PUBLIC
        for command in roots(scene):
            permissions = command.default_permissions
            seen_by_all = permissions is None
            assert seen_by_all is (command.name in public), command.name
            assert command.guild_only or command.name in public, command.name

    async def test_every_name_description_and_option_is_said_in_french(self, scene: Scene) -> None:
        missing = []
        for command, parent in leaves(scene):
            said: list[Command | app_commands.Group | app_commands.Parameter] = [command]
            said += [parent] if parent else []
            for each in [*said, *command.parameters]:
                name = each.display_name if isinstance(each, app_commands.Parameter) else each.name
                described = str(each.description)
                assert described not in ("", "…"), f"{command.qualified_name}: {name}"
                assert len(described) <= 100, described
                if name not in names():
                    missing.append(f"name {name}")
                if described not in french():
                    missing.append(described)
        assert not missing

    def test_french_names_are_such_as_discord_takes(self) -> None:
        for english, said in names().items():
            assert COMMAND_NAME.fullmatch(said), (english, said)
            assert said == said.lower()

    async def test_no_two_commands_or_buttons_share_a_name(self, scene: Scene) -> None:
        paths = [command.qualified_name for command, _ in leaves(scene)]
        assert len(paths) == len(set(paths))
        for parent in [
            None,
            *(each for each in roots(scene) if isinstance(each, app_commands.Group)),
        ]:
            here = roots(scene) if parent is None else list(parent.commands)
            said = [names()[each.name] for each in here]
            assert len(said) == len(set(said)), said


def sentences(path: Path) -> Iterator[str]:
    """The literals of a module that are shown to people in their language."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
            first = node.args[0]
            said_here = {"Phrase", "say", "locale_str", "_"}
            if name in said_here and isinstance(first, ast.Constant) and first.value:
                assert isinstance(first.value, str)
                yield first.value


def all_sentences() -> dict[str, Path]:
    return {
        sentence: path
        for room in WITH_SENTENCES
        for path in sorted((ROOT / room).rglob("*.py"))
        if "cli" not in path.parts
        for sentence in sentences(path)
    }


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


class TestSentences:
    def test_each_is_said_in_french_with_the_same_places(self) -> None:
        missing = {
            sentence: path.relative_to(ROOT)
            for sentence, path in all_sentences().items()
            if sentence not in french() and sentence not in names()
        }
        assert not missing
        for english, said in french().items():
            assert places(said) == places(english), (english, said)

    def test_none_is_left_in_french_that_is_said_no_more(self) -> None:
        assert set(french()) <= set(all_sentences())
        assert set(names()) <= set(all_sentences())
