"""discord: a city a day as a message with its photo, in one or more channels of Discord servers."""

from collections.abc import Sequence
from functools import partial

from bot.platform import Desk, Platform, Surroundings
from bot.publishers.discord.alerts import DiscordAlerts, Words, for_the_command_line
from bot.publishers.discord.connection import Connection
from bot.publishers.discord.publisher import DiscordPublisher
from bot.publishers.discord.settings import DiscordSettings
from schedules.alerts import Channel
from schedules.publisher import Publisher


def build(settings: DiscordSettings, surroundings: Surroundings) -> Sequence[Publisher]:
    """One publisher for each channel, because one Publication is one create request.

    A single channel goes by the given name; several are told apart as "discord#<channel id>".
    """
    connection = Connection(settings=settings, users=len(settings.channel_ids))
    name, several = surroundings.destination, len(settings.channel_ids) > 1
    return tuple(
        DiscordPublisher(
            destination=f"{name}#{channel_id}" if several else name,
            language=settings.language,
            channel_id=channel_id,
            connection=connection,
        )
        for channel_id in settings.channel_ids
    )


def alert_channels(settings: DiscordSettings, surroundings: Surroundings) -> Sequence[Channel]:
    """The channel for alerts, if one is set. It goes by the destination's name."""
    if settings.alert_channel_id is None:
        return ()
    return (
        DiscordAlerts(
            name=surroundings.destination,
            channel_id=settings.alert_channel_id,
            connection=Connection(settings=settings, users=1),
            words=_words(settings),
        ),
    )


def _words(settings: DiscordSettings) -> Words:
    """With buttons, where somebody may press them."""
    if not settings.admin_role_ids:
        return for_the_command_line
    from bot.admin.alerts import with_remedies  # babel: only where admins are answered

    return partial(with_remedies, language=settings.language)


def desks(settings: DiscordSettings, surroundings: Surroundings) -> Sequence[Desk]:
    """The slash commands, where it is said who the admins are."""
    if not settings.admin_role_ids:
        return ()
    from bot.admin.desk import DiscordDesk  # the gateway client: only where it is in use

    return (DiscordDesk(name=surroundings.destination, settings=settings),)


platform = Platform(
    settings=DiscordSettings, build=build, alert_channels=alert_channels, desks=desks
)
