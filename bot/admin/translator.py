"""The names and descriptions of commands and options, in the languages of Discord that we speak."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from discord import Locale, app_commands


@cache
def names() -> Mapping[str, str]:
    """The French of a command's or an option's name, by its English."""
    text = files("bot.admin.words").joinpath("fr_names.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class FrenchCommands(app_commands.Translator):
    """discord.py asks it for each string that is an `app_commands.locale_str`."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The French, where it is asked for."""
        from bot.admin.words import french

        if locale is not Locale.french:
            return None
        a_name = context.location in (
            app_commands.TranslationContextLocation.command_name,
            app_commands.TranslationContextLocation.group_name,
            app_commands.TranslationContextLocation.parameter_name,
        )
        return (names() if a_name else french()).get(string.message)
