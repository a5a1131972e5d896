"""The commands, a module for each thing that admins do. A new one is added to COGS."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.admin.cogs.queue import QueueCog
from bot.admin.cogs.status import StatusCog
from bot.admin.cogs.today import TodayCog

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

COGS: Sequence[Callable[["AdminBot"], commands.Cog]] = (
    TodayCog,
    StatusCog,
    QueueCog,
)
