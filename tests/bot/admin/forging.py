"""Buttons that somebody made up."""

from typing import Any

import discord
import simcord

from bot.admin.answers import Answer, button
from tests.bot.admin.conftest import Scene


async def forge(scene: Scene, custom_id: str, by: Any = None) -> simcord.InteractionResult:
    """Press a button with any custom id: on a message of our own, for Discord's sake."""
    view = Answer(rows=[[button("forged", custom_id)]]).view or discord.ui.View()
    channel = scene.bot.get_partial_messageable(scene.channel.id)
    message = await channel.send("x", view=view)
    return await scene.click(message, custom_id, by=by)
