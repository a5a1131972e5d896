"""A photo that an admin gives in Discord: its bytes, within limits. Operations judge them."""

import asyncio

import aiohttp
import discord

from bot.admin.answers import Uploaded
from bot.admin.asked import Asked
from bot.operations.files import LARGEST_BYTES
from bot.operations.photo_link import fetch_photo
from bot.operations.refusal import CannotBeDone
from content.phrase import Phrase
from content.typed import shown

PATIENCE_SECONDS = 60.0


async def photo_given(asked: Asked, given: Uploaded | None, link: str) -> bytes | None:
    """The bytes of a file that was given to Discord, or of what a link leads to; None for neither.

    Raises CannotBeDone.
    """
    if given is None:
        return await fetch_photo(link) if link.strip() else None
    _refuse_larger(given.name, given.size)
    data = await handed_over(asked, given)
    _refuse_larger(given.name, len(data))
    return data


async def handed_over(asked: Asked, given: Uploaded) -> bytes:
    """The bytes of a file that was given to Discord. Raises CannotBeDone."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await asked.interaction.client.http.get_from_cdn(given.url)
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError) as error:
        raise CannotBeDone(
            Phrase("Discord does not hand over “{name}”. Try again.", name=shown(given.name))
        ) from error


def _refuse_larger(name: str, size: int) -> None:
    if size > LARGEST_BYTES:
        raise CannotBeDone(
            Phrase(
                "“{name}” has {size} MB, the most is {most} MB: give a smaller picture.",
                name=shown(name),
                size=round(size / 1e6),
                most=LARGEST_BYTES // 1_000_000,
            )
        )


def uploaded(attachment: discord.Attachment | None) -> Uploaded | None:
    """A file that came with a command."""
    if attachment is None:
        return None
    return Uploaded(name=attachment.filename, url=attachment.url, size=attachment.size)
