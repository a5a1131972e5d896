"""Passing a message of an announcement channel on to every server that follows the channel."""

import asyncio
from datetime import timedelta

import aiohttp
import discord
import structlog

from bot.publishers.discord.rest import TooManyRequests

log = structlog.get_logger()

BUDGET = timedelta(seconds=5)
"""How long a publication waits for its crosspost, tries and pauses together."""
TRIES = 3
PAUSE = timedelta(milliseconds=200)
# Discord API reference, JSON error codes.
ALREADY_CROSSPOSTED = 40033


async def pass_on(message: discord.Message, *, destination: str) -> None:
    """Crosspost `message`. Never raises: the message is posted, whatever becomes of this.

    Discord passes a message on once, however often it is asked, so this may be tried again; it
    allows ten an hour (platform rule, for each channel).
    """
    events = log.bind(destination=destination, message=message.id)
    try:
        async with asyncio.timeout(BUDGET.total_seconds()):
            await _ask(message)
    except discord.HTTPException as error:
        events.warning("crosspost_failed", status=error.status, code=error.code)
    except Exception as error:  # noqa: BLE001 - nothing here may have the message sent again
        events.warning("crosspost_failed", error=type(error).__name__)
    else:
        events.info("crossposted")


async def _ask(message: discord.Message) -> None:
    for tries_left in reversed(range(TRIES)):
        pause = PAUSE
        try:
            await message.publish()
        except TooManyRequests as error:
            pause = error.retry_after or BUDGET
            if not tries_left or pause >= BUDGET:
                raise
        except discord.HTTPException as error:
            if error.code == ALREADY_CROSSPOSTED:
                return
            if not tries_left or error.status < 500:
                raise
        except (aiohttp.ClientError, TimeoutError):
            if not tries_left:
                raise
        else:
            return
        await asyncio.sleep(pause.total_seconds())
