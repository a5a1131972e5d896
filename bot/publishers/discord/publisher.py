"""DiscordPublisher: one channel as a Destination."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import discord

from bot.look import Look
from bot.publishers.discord.connection import Connection
from bot.publishers.discord.crosspost import pass_on
from bot.publishers.discord.errors import (
    NEEDED,
    asking,
    creating,
    looking,
    wrong_channel_type,
)
from bot.publishers.discord.look import look
from bot.publishers.discord.markdown import as_written
from bot.publishers.discord.rest import RestClient
from content.phrase import Phrase
from content.post import DerivedImage, Limits, Post, Rendering
from content.render import render
from schedules.errors import AmbiguousOutcome, Permanent
from schedules.publisher import Account, Prepared, Receipt

LIMITS = Limits(
    text=2000,
    # Discord counts code points (an engineer of Discord in discord-api-docs issue 1315).
    count=len,
    images=10,
    # 10 MiB a file for a bot in a server without boosts, less a margin.
    image_bytes=10_000_000,
    image_side=4096,
    alt=1024,
)
REQUEST_BYTES = 24_000_000
"""All pictures of a message; Discord takes 25 MB a request."""

READY_WITHIN = timedelta(seconds=3)
"""What `publish` may spend before its create, when nothing was prepared in this process."""
CLOCK_MARGIN = timedelta(minutes=10)
"""How far Discord's clock, which its message ids are made of, may be behind ours."""


class DiscordPublisher:
    """Posts a message with its photo in one channel; in an announcement channel it is passed on."""

    limits = LIMITS
    visible_after = timedelta(seconds=5)

    def __init__(
        self, *, destination: str, language: str, channel_id: int, connection: Connection
    ) -> None:
        self.destination = destination
        self.language = language
        self._channel_id = channel_id
        self._connection = connection
        self._channel: discord.TextChannel | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"DiscordPublisher(destination={self.destination!r})"

    @property
    def look(self) -> Look:
        """By the bot's own name, once it has logged in."""
        return look(name=self._connection.name or self.destination)

    def preview(self, post: Post) -> Rendering:
        """The caption with its markdown escaped, and the pictures within Discord's limits."""
        parts = tuple(replace(part, text=as_written(part.text)) for part in post.parts)
        rendering = render(replace(post, parts=parts), LIMITS)
        problems = (*rendering.problems, *too_heavy(rendering.images))
        return replace(rendering, post=post, problems=problems)

    async def prepare(self, rendering: Rendering) -> Prepared:
        """See that the channel is there; the pictures go with the message."""
        with asking(self._channel_id):
            await self._look_up_channel()
        return Prepared(rendering=rendering)

    async def publish(self, prepared: Prepared, *, key: str) -> Receipt:
        """Send the message, once; then pass it on. `key` becomes the message's nonce."""
        with asking(self._channel_id):
            async with asyncio.timeout(READY_WITHIN.total_seconds()):
                channel = self._channel or await self._look_up_channel()
        with creating(self._channel_id):
            message = await channel.send(
                prepared.rendering.text,
                files=_files(prepared.rendering),
                # discord.py sends enforce_nonce with it: a repeat within some minutes is answered
                # with the first message.
                nonce=key,
                allowed_mentions=discord.AllowedMentions.none(),
                # A link in the credit unfurls into somebody else's picture otherwise.
                suppress_embeds=True,
            )
            receipt = Receipt(remote_id=str(message.id), url=message.jump_url)
        await self._pass_on(channel, message)
        return receipt

    async def find_existing(
        self, rendering: Rendering, *, key: str, since: datetime
    ) -> Receipt | None:
        """Our own message with this text since then; one that was not passed on is, now."""
        with looking(self._channel_id):
            client = await self._connection.client()
            channel = await self._look_up_channel()
            found, history_is_empty = None, True
            async for message in channel.history(
                limit=None, after=since - CLOCK_MARGIN, oldest_first=True
            ):
                history_is_empty = False
                if message.author.id == client.me.id and _is(message, rendering, key):
                    found = message
                    break
            if found is None:
                if history_is_empty:
                    await self._see_that_history_is_shown(client, channel)
                return None
            receipt = Receipt(remote_id=str(found.id), url=found.jump_url)
        await self._pass_on(channel, found)
        return receipt

    async def delete(self, remote_id: str) -> None:
        """Delete the message, and with it what followers got of it."""
        with asking(self._channel_id):
            if not remote_id.isdecimal():
                raise Permanent(f"{remote_id} is no message id of Discord.")
            client = await self._connection.client()
            channel = client.get_partial_messageable(self._channel_id)
            try:
                await channel.get_partial_message(int(remote_id)).delete()
            except discord.NotFound:
                return

    async def check(self) -> Account:
        """The bot's name and the channel's; Permanent when a permission is missing there."""
        with asking(self._channel_id):
            client = await self._connection.client()
            channel = await self._look_up_channel()
            granted = await _permissions(client, channel)
            if granted is not None:
                missing = [name for name, has in _needed(granted).items() if not has]
                if missing:
                    raise Permanent(
                        f"The bot lacks {', '.join(missing)} in #{channel.name}. It needs {NEEDED}."
                    )
            return Account(name=f"{client.me} in #{channel.name}", url=channel.jump_url)

    async def close(self) -> None:
        """Give back the connection, which other channels may still use."""
        if not self._closed:
            self._closed = True
            await self._connection.release()

    async def _look_up_channel(self) -> discord.TextChannel:
        """The channel as it is now: an admin may make an announcement channel of it."""
        client = await self._connection.client()
        channel = await client.fetch_channel(self._channel_id)
        if not isinstance(channel, discord.TextChannel):
            raise wrong_channel_type(self._channel_id)
        self._channel = channel
        return channel

    async def _pass_on(self, channel: discord.TextChannel, message: discord.Message) -> None:
        if channel.is_news() and not message.flags.crossposted:
            await pass_on(message, destination=self.destination)

    async def _see_that_history_is_shown(
        self, client: RestClient, channel: discord.TextChannel
    ) -> None:
        """Without the permission the list is empty (API reference, Get Channel Messages)."""
        granted = await _permissions(client, channel)
        if granted is not None and not granted.read_message_history:
            raise AmbiguousOutcome(
                f"The bot may not read #{channel.name}, so nobody knows whether the message was "
                "posted. Give it Read Message History there."
            )


def too_heavy(images: Sequence[DerivedImage]) -> tuple[Phrase, ...]:
    """The problem with pictures that fit one by one, but not together; none when they do."""
    if sum(len(image.data) for image in images) <= REQUEST_BYTES:
        return ()
    return (Phrase("the pictures together are too large for one message: take fewer"),)


async def _permissions(
    client: RestClient, channel: discord.TextChannel
) -> discord.Permissions | None:
    """What the bot may do in the channel; None when the server does not say."""
    try:
        guild = await client.fetch_guild(channel.guild.id, with_counts=False)
        member = await guild.fetch_member(client.me.id)
        # The same channel once more, as one of a guild whose roles are known.
        seen = await guild.fetch_channel(channel.id)
    except (discord.Forbidden, discord.NotFound):
        return None
    return seen.permissions_for(member)


def _needed(granted: discord.Permissions) -> dict[str, bool]:
    return {
        "View Channel": granted.view_channel,
        "Send Messages": granted.send_messages,
        "Attach Files": granted.attach_files,
        "Read Message History": granted.read_message_history,
    }


def _files(rendering: Rendering) -> list[discord.File]:
    return [
        discord.File(
            BytesIO(image.data),
            filename=f"{rendering.post.date}-{number}.jpg",
            description=image.alt,
        )
        for number, image in enumerate(rendering.images, start=1)
    ]


def _is(message: discord.Message, rendering: Rendering, key: str) -> bool:
    """The text decides: Discord rarely gives a nonce back after the create's own answer."""
    return str(message.nonce) == key or message.content.split() == rendering.text.split()
