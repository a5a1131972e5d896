"""Entry: a city waiting in the content queue, with all that its post will say."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from content.city import City
from content.credit import Credit
from content.typed import is_blank

LANGUAGES = ("fr", "en")
PHOTO_FIELDS = ("alt", "author", "source", "licence", "link")
"""What an admin says of a photo: its alt text, and the fields of its Credit."""


@dataclass(frozen=True, kw_only=True)
class Photo:
    """One picture of a city. `file` is its name in the photo folder: its SHA-256 and its type.

    `proposed` names those of its fields (`PHOTO_FIELDS`) that come from the file itself and of
    which no admin has said yet that they are right.
    """

    file: str
    alt: str
    credit: Credit
    proposed: tuple[str, ...] = ()


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
        said = any(not is_blank(text) for text in self.texts.values())
        wanted = [] if said else ["a text (--text-fr or --text-en)"]
        for photo in self.photos:
            if is_blank(photo.alt):
                wanted.append("the photo's alt text (--alt)")
            wanted += [f"the photo's {part} (--{part})" for part in photo.credit.missing]
            if photo.proposed:
                wanted.append(f"a word that the proposed {_right(photo.proposed)} (--confirm)")
        return tuple(wanted)

    @property
    def state(self) -> EntryState:
        """Held wins over draft: an admin who holds an Entry sees it held."""
        if self.held:
            return EntryState.HELD
        return EntryState.DRAFT if self.missing else EntryState.READY


def _right(proposed: tuple[str, ...]) -> str:
    """ "alt text is right", "alt text, author and licence are right"."""
    *names, last = ("alt text" if name == "alt" else name for name in proposed)
    return f"{', '.join(names)} and {last} are right" if names else f"{last} is right"
