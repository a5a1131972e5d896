"""The platform X (Twitter): one Destination for each account."""

from collections.abc import Sequence

from bot.platform import Platform, Surroundings
from bot.publishers.twitter.publisher import XPublisher
from bot.publishers.twitter.settings import TwitterSettings
from schedules.publisher import Publisher

__all__ = ["TwitterSettings", "XPublisher", "platform"]


def _build(settings: TwitterSettings, surroundings: Surroundings) -> Sequence[Publisher]:
    return [XPublisher(settings, surroundings)]


platform: Platform[TwitterSettings] = Platform(settings=TwitterSettings, build=_build)
