"""Proposals: what a photo's file says of itself fills the fields of which an admin said nothing.

They count once an admin has said so; until then the Entry is a draft.
"""

from collections.abc import Mapping
from dataclasses import replace

from content.alt_text import propose_alt_text
from content.city import City
from content.embedded import Embedded
from content.entry import PHOTO_FIELDS, Photo

_CREDIT = tuple(name for name in PHOTO_FIELDS if name != "alt")


def with_given(photo: Photo, given: Mapping[str, str]) -> Photo:
    """The photo with what an admin says of it, which is proposed no more."""
    credit = {name: text for name, text in given.items() if name in _CREDIT}
    return replace(
        photo,
        alt=given.get("alt", photo.alt),
        credit=replace(photo.credit, **credit),
        proposed=tuple(name for name in photo.proposed if name not in given),
    )


def with_proposals(
    photo: Photo, embedded: Embedded, given: Mapping[str, str], *, city: City, language: str
) -> Photo:
    """The photo with what is `given`, and with what its file says in place of what is not.

    A credit that is complete as it is given stays as it is.
    """
    photo = with_given(photo, given)
    found = {name: getattr(embedded, name) for name in _CREDIT if name not in given}
    found = {name: text for name, text in found.items() if text}
    if not photo.credit.missing:
        found = {}
    credit = replace(photo.credit, **found)
    alt = photo.alt
    if "alt" not in given:
        alt = found["alt"] = propose_alt_text(city, language, embedded, credit)
    proposed = tuple(name for name in PHOTO_FIELDS if name in found)
    return replace(photo, alt=alt, credit=credit, proposed=proposed)
