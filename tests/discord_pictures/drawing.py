"""Draws what the bot answered as Discord shows it: messages, forms, lists of suggestions.

The drawing is ours: no logo, font or picture of Discord's. What it does not know how to draw it
refuses, so that no picture leaves out what an answer holds.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from tests.discord_pictures.markdown import Reader, as_html

HERE = Path(__file__).parent
FONTS = HERE.parents[1] / "content" / "data" / "fonts"

ROW, BUTTON, SELECT, TEXT_INPUT, LABEL, FILE_UPLOAD = 1, 2, 3, 4, 18, 19
"""Component types (Discord API reference, Component Reference)."""
STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}
PARAGRAPH = 2
WIDTH = 640
"""CSS pixels of a page."""
EPHEMERAL = 1 << 6
DEFAULT_COLOUR = 0x4E5058

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A message as it is drawn: Discord's own JSON, and the pictures in it."""

    message: Json
    pictures: Mapping[str, str] = field(default_factory=dict)
    """The attached files as data addresses, by their names and by their own addresses."""
    above: str = ""
    """The command that it answers: "/status"."""
    by: str = "alice"

    @property
    def loose(self) -> Sequence[Json]:
        """The attached files that no embed shows."""
        shown = {
            picture["url"]
            for embed in self.message["embeds"]
            for picture in (embed.get("image"), embed.get("thumbnail"))
            if picture
        }
        return [
            each
            for each in self.message["attachments"]
            if f"attachment://{each['filename']}" not in shown and each["url"] not in shown
        ]


async def drawn(sent: discord.Message, *, above: str = "") -> Drawn:
    """A message that the bot sent, with its files. `above`: the command that it answers."""
    pictures, attachments = {}, []
    for each in sent.attachments:
        data = b64encode(await each.read()).decode("ascii")
        pictures[each.filename] = pictures[each.url] = f"data:{each.content_type};base64,{data}"
        attachments.append({"filename": each.filename, "url": each.url, "size": each.size})
    message = {
        "content": sent.content,
        "embeds": [embed.to_dict() for embed in sent.embeds],
        "components": [each.to_dict() for each in sent.components],
        "attachments": attachments,
        "flags": sent.flags.value,
    }
    return Drawn(message=message, pictures=pictures, above=above)


def page_of_messages(shown: Sequence[Drawn], reader: Reader) -> str:
    """A channel with these messages."""
    return _page("messages.html", reader, shown=shown)


def page_of_form(modal: Json, reader: Reader) -> str:
    """A form as it opens."""
    return _page("form.html", reader, modal=modal)


def page_of_choices(
    *,
    command: str,
    option: str,
    described: str,
    typed: str,
    choices: Sequence[Json],
    reader: Reader,
) -> str:
    """What is suggested while an option is typed."""
    return _page(
        "choices.html",
        reader,
        command=command,
        option=option,
        described=described,
        typed=typed,
        choices=choices,
    )


def _page(template: str, reader: Reader, **values: object) -> str:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "markdown": lambda text: as_html(text, reader),
        "colour": lambda value: f"#{DEFAULT_COLOUR if value is None else value:06x}",
    }
    environment.tests["picture"] = lambda name: name.endswith((".jpg", ".jpeg", ".png", ".webp"))
    css = (HERE / "templates" / "discord.css").read_text("utf-8").replace("FONTS", FONTS.as_uri())
    return environment.get_template(template).render(
        css=Markup(css),
        types={
            "row": ROW,
            "button": BUTTON,
            "select": SELECT,
            "text_input": TEXT_INPUT,
            "label": LABEL,
            "file_upload": FILE_UPLOAD,
        },
        styles=STYLES,
        paragraph=PARAGRAPH,
        ephemeral=EPHEMERAL,
        width=WIDTH,
        at=reader.moment(reader.now, "t"),
        refuse=_refuse,
        **values,
    )


def _refuse(what: object) -> str:
    raise NotImplementedError(f"nobody drew this yet: {what}")
