"""Entry: a city waiting in the content queue, with all that its post will say."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from content.city import City
from content.credit import Credit
from content.phrase import Phrase
from content.typed import is_blank

LANGUAGES = ("fr", "en")
PHOTO_FIELDS = ("alt", "author", "source", "licence", "link")
"""What an admin says of a photo: its alt text, and the fields of its Credit."""
FIELD_WORDS: Mapping[str, Phrase] = {
    "alt": Phrase("alt text"),
    "author": Phrase("author"),
    "source": Phrase("source"),
    "licence": Phrase("licence"),
    "link": Phrase("link"),
}


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
    def missing(self) -> tuple[Phrase, ...]:
        """What keeps it a draft, in words for an admin."""
        said = any(not is_blank(text) for text in self.texts.values())
        wanted = [] if said else [_TEXT]
        for photo in self.photos:
            if is_blank(photo.alt):
                wanted.append(_ALT)
            wanted += [_CREDIT[part] for part in photo.credit.missing]
            if photo.proposed:
                wanted.append(_right([FIELD_WORDS[name] for name in photo.proposed]))
        return tuple(wanted)

    @property
    def state(self) -> EntryState:
        """Held wins over draft: an admin who holds an Entry sees it held."""
        if self.held:
            return EntryState.HELD
        return EntryState.DRAFT if self.missing else EntryState.READY


_TEXT = Phrase("a text")
_ALT = Phrase("the photo's alt text")
_CREDIT = {
    "author": Phrase("the photo's author"),
    "licence": Phrase("the photo's licence"),
}


def _right(fields: list[Phrase]) -> Phrase:
    if len(fields) == 1:
        return Phrase("a word that the proposed {field} is right", field=fields[0])
    return Phrase("a word that the proposed {fields} are right", fields=fields)
