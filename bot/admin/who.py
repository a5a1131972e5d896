"""Who acted, as the record has it, said to an admin."""

from bot.admin.asked import Asked
from bot.publishers.discord.markdown import as_written
from schedules.record import SERVICE


def who_acted(asked: Asked, by: str) -> str:
    """ "alice", "ada, on the command line"."""
    if by == SERVICE:
        return asked.say("the service")
    where, _, name = by.partition(":")
    if where == "discord":
        return as_written(name.partition(" ")[2] or name)
    return asked.say("{name}, on the command line", name=as_written(name or by))
