"""Previews as Discord messages: for each destination its text, pictures, problems and remarks.

They hold as much as a message takes, and go on in further ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO

import discord

from bot.admin.answers import Answer, Rows
from bot.admin.asked import Asked
from bot.admin.words import Words
from bot.operations.preview import SUFFIXES, Preview, look_of
from bot.publishers.discord.markdown import as_written, cut
from content.phrase import Phrase
from content.post import DerivedImage

MOST_EMBEDS, MOST_FILES = 10, 10
MOST_CHARACTERS = 6000
"""Of all embeds of a message (Discord API reference, Embed Limits)."""
MOST_BYTES = 10 * 1024 * 1024
"""Of a message's files. It is Discord's limit for each (Uploading Files): together is safe."""
LONGEST_FIELD, LONGEST_ALT = 1024, 1024
MOST_BESIDE_ALT = MOST_CHARACTERS - LONGEST_ALT - 200
"""Characters of the embed that an alt text comes into, and a footer."""
PIECE = 2000
"""Characters of a text in one embed: 4,096 fit, and escapes may double them."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """An embed, and the picture that it shows."""

    embed: discord.Embed
    file: discord.File | None = None
    size: int = 0


@dataclass(kw_only=True)
class Page:
    """The pieces of one message."""

    embeds: list[discord.Embed] = field(default_factory=list)
    files: list[discord.File] = field(default_factory=list)
    characters: int = 0
    size: int = 0

    def takes(self, piece: Piece) -> bool:
        """Whether a piece fits in still."""
        return (
            len(self.embeds) < MOST_EMBEDS
            and self.characters + len(piece.embed) <= MOST_CHARACTERS
            and (piece.file is None or len(self.files) < MOST_FILES)
            and self.size + piece.size <= MOST_BYTES
        )

    def add(self, piece: Piece) -> None:
        """Put a piece in."""
        self.embeds.append(piece.embed)
        self.characters += len(piece.embed)
        if piece.file is not None:
            self.files.append(piece.file)
            self.size += piece.size


async def show_previews(
    asked: Asked, previews: Sequence[Preview], *, head: str, rows: Rows
) -> None:
    """Answer with previews, `head` above the first and `rows` of buttons below the last one."""
    read = [
        (each, look_of(asked.app, each.destination).read(each.rendering.text)) for each in previews
    ]
    messages = pages(read, asked.words)
    for number, page in enumerate(messages):
        answer = Answer(
            text="" if number else head,
            embeds=page.embeds,
            files=page.files,
            rows=rows if page is messages[-1] else (),
        )
        await (asked.also(answer) if number else asked.answer(answer))


def pages(previews: Sequence[tuple[Preview, str]], words: Words) -> Sequence[Page]:
    """The messages that show previews, each with its text as its readers see it."""
    made = [Page()]
    shown: dict[bytes, tuple[str, int]] = {}
    for preview, text in previews:
        for piece in _pieces(preview, text, words, shown):
            if not made[-1].takes(piece):
                made.append(Page())
            made[-1].add(piece)
    return made


def _pieces(
    preview: Preview, text: str, words: Words, shown: dict[bytes, tuple[str, int]]
) -> Iterator[Piece]:
    """The text in one embed or several, then the notes with the first picture, then the others.

    `shown`: the pictures that were shown before, by their content, and for which destination.
    """
    rendering = preview.rendering
    colour = discord.Colour.red() if rendering.problems else discord.Colour.green()
    title = words.say(
        "{destination} · {length} / {limit}",
        destination=preview.destination,
        length=rendering.length,
        limit=rendering.limit,
    )
    parts = [text[start : start + PIECE] for start in range(0, len(text), PIECE)] or [""]
    embeds = [discord.Embed(description=as_written(part), colour=colour) for part in parts]
    embeds[0].title = title[:256]
    notes = [
        (name, cut("\n".join(f"• {as_written(words.say(line))}" for line in lines), LONGEST_FIELD))
        for name, lines in (
            (words.say("Problems"), rendering.problems),
            (words.say("Remarks"), rendering.remarks),
        )
        if lines
    ]
    if len(embeds[-1]) + sum(len(name + value) for name, value in notes) > MOST_BESIDE_ALT:
        embeds.append(discord.Embed(colour=colour))
    for embed in embeds[:-1]:
        yield Piece(embed=embed)
    last = embeds[-1]
    for name, value in notes:
        last.add_field(name=name, value=value, inline=False)
    if not rendering.images:
        yield Piece(embed=last)
    for number, image in enumerate(rendering.images, start=1):
        embed = last if number == 1 else discord.Embed(colour=colour)
        embed.add_field(
            name=words.say("Alt text"),
            value=cut(as_written(image.alt), LONGEST_FIELD) or "–",
            inline=False,
        )
        yield _with_picture(embed, image, (preview.destination, number), words, shown)


def _with_picture(
    embed: discord.Embed,
    image: DerivedImage,
    place: tuple[str, int],
    words: Words,
    shown: dict[bytes, tuple[str, int]],
) -> Piece:
    content = sha256(image.data).digest()
    before = shown.setdefault(content, place)
    note: Phrase | None = None
    if before != place:
        note = Phrase("The same picture as {destination}.", destination=before[0])
    elif len(image.data) > MOST_BYTES:
        note = Phrase("The picture is too large to be shown here.")
    if note is not None:
        embed.set_footer(text=words.say(note))
        return Piece(embed=embed)
    destination, number = place
    name = destination.replace(":", "-").replace("#", "-")
    file = f"{name}-{number}{SUFFIXES[image.media_type]}"
    embed.set_image(url=f"attachment://{file}")
    return Piece(
        embed=embed,
        file=discord.File(BytesIO(image.data), file, description=image.alt[:LONGEST_ALT] or None),
        size=len(image.data),
    )
