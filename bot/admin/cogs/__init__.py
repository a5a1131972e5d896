"""The commands, a module for each thing that admins do. A new one is added to COGS."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.admin.cogs.audit import AuditCog
from bot.admin.cogs.calendar import CalendarCog
from bot.admin.cogs.city import CityCog
from bot.admin.cogs.entry import EntryCog
from bot.admin.cogs.history import HistoryCog
from bot.admin.cogs.pause import PauseCog
from bot.admin.cogs.post import PostCog
from bot.admin.cogs.queue import QueueCog
from bot.admin.cogs.remedies import RemediesCog
from bot.admin.cogs.status import StatusCog
from bot.admin.cogs.today import TodayCog

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

COGS: Sequence[Callable[["AdminBot"], commands.Cog]] = (
    TodayCog,
    StatusCog,
    QueueCog,
    CalendarCog,
    HistoryCog,
    AuditCog,
    CityCog,
    EntryCog,
    PostCog,
    PauseCog,
    RemediesCog,
)
