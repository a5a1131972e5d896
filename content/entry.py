"""Entry: a city waiting in the content queue, with all that its post will say."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from content.city import City
from content.credit import Credit

LANGUAGES = ("fr", "en")


@dataclass(frozen=True, kw_only=True)
class Photo:
    """One picture of a city. `file` is its name in the photo folder: its SHA-256 and its type."""

    file: str
    alt: str
    credit: Credit


class EntryState(StrEnum):
    """`draft`: something is missing. `ready`: may be posted. `held`: an admin keeps it back."""

    DRAFT = "draft"
    READY = "ready"
    HELD = "held"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """City, texts by language, hashtags (without "#") and photos, perhaps pinned to a date.

    Without a photo the post shows the view from orbit. `id` is 0 until the store has given one.
    """

    id: int = 0
    city: City
    texts: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    photos: tuple[Photo, ...] = ()
    date: dt.date | None = None
    held: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """What keeps it a draft, in words for an admin."""
        wanted = [] if any(self.texts.values()) else ["a text (--text-fr or --text-en)"]
        for photo in self.photos:
            if not photo.alt:
                wanted.append("the photo's alt text (--alt)")
            wanted += [f"the photo's {part} (--{part})" for part in photo.credit.missing]
        return tuple(wanted)

    @property
    def state(self) -> EntryState:
        """Held wins over draft: an admin who holds an Entry sees it held."""
        if self.held:
            return EntryState.HELD
        return EntryState.DRAFT if self.missing else EntryState.READY
