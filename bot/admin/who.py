"""Who acted, as the record has it, said to an admin."""

from bot.admin.asked import Asked
from bot.publishers.discord.markdown import as_written
from schedules.record import SERVICE, name_of


def who_acted(asked: Asked, by: str) -> str:
    """ "alice", "ada, on the command line"."""
    if by == SERVICE:
        return asked.say("the service")
    name = as_written(name_of(by))
    if by.startswith("discord:"):
        return name
    return asked.say("{name}, on the command line", name=name)
