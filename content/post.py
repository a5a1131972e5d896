"""Post and Rendering: what an Edition says, and what one Destination will receive of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from content.city import City
from content.credit import Credit


class Kind(StrEnum):
    """The parts of a caption, in the order in which a reader sees them.

    `number`: of the day in the series. `place`, `population`, `altitude` and `distance` (to the
    city of the day before) are the facts, which share a line.
    """

    LEAD = "lead"
    CITY_TAG = "city_tag"
    NUMBER = "number"
    TEXT = "text"
    SECOND_LANGUAGE = "second_language"
    PLACE = "place"
    POPULATION = "population"
    ALTITUDE = "altitude"
    DISTANCE = "distance"
    CREDIT = "credit"
    TAG = "tag"
    LINK = "link"


FACTS = (Kind.PLACE, Kind.POPULATION, Kind.ALTITUDE, Kind.DISTANCE)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a caption. There may be several TAG and CREDIT parts, and one of each other."""

    kind: Kind
    text: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An original picture as bytes, before it is derived for a destination."""

    data: bytes = field(repr=False)
    alt: str
    credit: Credit


@dataclass(frozen=True, kw_only=True)
class Post:
    """What an Edition says in one language, before any platform.

    The optional ones of its `parts` stand in the order in which they come, where not all fit.
    """

    date: date
    city: City
    language: str
    parts: tuple[Part, ...]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a Destination takes. `text` is counted by `count`; sizes are bytes and pixels.

    `links`: whether a link belongs into the text here (on X it costs thirteen times a plain post).
    `facts`: whether facts do; not where they are shown beside it.
    """

    text: int
    count: Callable[[str], int]
    images: int
    image_bytes: int
    image_side: int
    alt: int
    image_types: tuple[str, ...] = ("image/jpeg",)
    links: bool = True
    facts: bool = True


@dataclass(frozen=True, kw_only=True)
class DerivedImage:
    """A picture as one Destination will receive it. `media_type` is "image/jpeg" or the like."""

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, kw_only=True)
class Rendering:
    """Exactly what one Destination will receive. With `problems` it is not sent.

    `remarks`: what an admin should know of it, though it is sent.
    """

    post: Post = field(repr=False)
    text: str
    length: int
    limit: int
    images: Sequence[DerivedImage]
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
