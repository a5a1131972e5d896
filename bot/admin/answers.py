"""What is shown in Discord: messages with buttons, and forms."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.publishers.discord.markdown import cut

Rows = Sequence[Sequence[discord.ui.Item[discord.ui.View]]]
"""Rows of buttons, or of one select."""
LONGEST_LABEL, LONGEST_HINT = 45, 100
"""Characters of a form field's label, and of its placeholder (Discord API reference)."""
LONGEST_INPUT = 4000
"""Characters that a text input takes (Discord API reference, Text Input)."""
LONGEST_MESSAGE = 2000
"""Characters of a message's text (Discord API reference, Create Message)."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A message."""

    text: str = ""
    embeds: Sequence[discord.Embed] = ()
    files: Sequence[discord.File] = ()
    rows: Rows = ()

    @property
    def content(self) -> str:
        """As much of the text as a message takes."""
        return cut(self.text, LONGEST_MESSAGE)

    @property
    def view(self) -> discord.ui.View | None:
        """The rows, as discord.py sends them; it keeps nothing of them in memory."""
        if not self.rows:
            return None
        view = discord.ui.View(timeout=None)
        for number, row in enumerate(self.rows):
            for item in row:
                item.row = number
                view.add_item(item)
        view.stop()
        return view


def button(
    label: str,
    custom_id: str,
    *,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    disabled: bool = False,
) -> discord.ui.Button[discord.ui.View]:
    """A button whose custom id is one of `router.custom_id`."""
    return discord.ui.Button(label=label, custom_id=custom_id, style=style, disabled=disabled)


def link(label: str, url: str) -> discord.ui.Button[discord.ui.View]:
    """A button that opens an address."""
    return discord.ui.Button(label=label, url=url)


def choice(
    hint: str, custom_id: str, options: Sequence[discord.SelectOption]
) -> discord.ui.Select[discord.ui.View]:
    """A menu of 25 options at most, of which one is chosen."""
    return discord.ui.Select(placeholder=hint[:150], custom_id=custom_id, options=list(options))


@dataclass(frozen=True, kw_only=True)
class Field:
    """A text of a form. `name` is what `Submitted.texts` has it under."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    long: bool = False
    required: bool = False
    most: int = LONGEST_INPUT


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file of a form. `name` is what `Submitted.files` has it under."""

    name: str
    label: str
    hint: str = ""
    required: bool = True


class Form(discord.ui.Modal):
    """A form of up to five fields, whose custom id is one of `router.custom_id`."""

    def __init__(self, title: str, custom_id: str, fields: Sequence[Field | Upload]) -> None:
        super().__init__(title=title[:LONGEST_LABEL], custom_id=custom_id, timeout=None)
        for field in fields:
            self.add_item(
                discord.ui.Label(
                    text=field.label[:LONGEST_LABEL],
                    description=field.hint[:LONGEST_HINT] or None,
                    component=_component(field),
                )
            )
        self.stop()  # discord.py keeps nothing of it in memory: the router gets what is submitted


def _component(field: Field | Upload) -> discord.ui.Item[Form]:
    if isinstance(field, Upload):
        return discord.ui.FileUpload(
            custom_id=field.name,
            required=field.required,
            min_values=1 if field.required else 0,
            max_values=1,
        )
    return discord.ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if field.long else discord.TextStyle.short,
        default=field.value[: field.most] or None,
        required=field.required,
        max_length=field.most,
    )


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """A file that a member gave to Discord: an option's or a form's."""

    name: str
    url: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What a member wrote into a form, by the fields' names."""

    texts: dict[str, str]
    files: dict[str, Uploaded]
