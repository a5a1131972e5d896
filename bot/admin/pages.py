"""Pages: the buttons that turn them, and lines that stand on them."""

from collections.abc import Sequence

import discord

from bot.admin.answers import button
from bot.admin.asked import Asked
from bot.admin.router import custom_id
from bot.operations.pausing import in_words, paused
from bot.publishers.discord.markdown import as_written

LONGEST = 4000
"""Characters of a page's text. Discord takes 4,096 (API reference, Embed Limits)."""


def page_buttons(
    name: str, *, number: int, pages: int
) -> Sequence[discord.ui.Button[discord.ui.View]]:
    """⏮ ◀ 2 / 9 ▶ ⏭: to a page by its number, pressed as `name|NUMBER|BUTTON`.

    The button's own name is there because Discord wants each custom id once in a message. The one
    in the middle shows the page anew. The handler shows the last page for a number beyond it.
    """
    targets = (
        ("⏮", 1, "first", number > 1),
        ("◀", max(number - 1, 1), "back", number > 1),
        (f"{number} / {pages}", number, "here", True),
        ("▶", number + 1, "on", number < pages),
        ("⏭", pages, "last", number < pages),
    )
    return [
        button(label, custom_id(name, target, which), disabled=not possible)
        for label, target, which, possible in targets
    ]


async def paused_line(asked: Asked) -> Sequence[str]:
    """Above dates that a pause puts off: who paused and why. Nothing when it is not paused."""
    pause = await paused(asked.app)
    return (
        () if pause is None else (f"⏸️ {as_written(asked.say(in_words(asked.app, pause)))[:600]}",)
    )


def fitting(lines: Sequence[str], *, most: int = LONGEST) -> tuple[str, int]:
    """As many of the lines as fit, and how many are left out."""
    shown: list[str] = []
    length = 0
    for line in lines:
        length += len(line) + 1
        if length > most:
            break
        shown.append(line)
    return "\n".join(shown), len(lines) - len(shown)
