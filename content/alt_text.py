"""Alt text proposed for a photo: what is known of it, and nothing that is only likely.

An admin reads it before it counts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale

from content.city import City
from content.credit import Credit
from content.embedded import Embedded
from content.shortening import shorten
from content.typed import is_blank

LONGEST = 500
"""Characters: fewer than every platform takes, and no longer than is pleasant to listen to."""

# A frame that an astronaut took on board: "ISS062-E-81917", "iss043e093480_lrg.jpg"; and the page
# of one in NASA's Gateway to Astronaut Photography of Earth.
_FRAME = re.compile(r"(?<![A-Z0-9])ISS\d{3}-?E-?\d{3,6}(?!\d)|\bmission=ISS\d{3}\b", re.IGNORECASE)
_STATION = r"(?:International Space Station|Station spatiale internationale)\b"
_FROM_STATION = re.compile(
    rf"{_STATION}|(?:^|[/,|·(])\s*ISS(?:\s+Expedition\s+\d+)?\s*(?:$|[/,|·)])",
    re.IGNORECASE | re.MULTILINE,
)
# In a caption the station may also be what the picture shows.
_SEEN_FROM_STATION = re.compile(
    r"\b(?:seen|photographed|taken|captured|viewed|pictured|shot|imaged|views?|vue?s?"
    r"|photographiée?s?|prise?s?|photo|image)\b[^.!?]{0,60}?"
    r"(?<!\bback )(?<!\breturned )(?<!\breturn )(?<!\bretour )"
    r"\b(?:from|aboard|on board|depuis|de|à bord de)\s+(?:the\s+|la\s+|l['’])?"
    rf"(?:{_STATION}|ISS\b)",
    re.IGNORECASE,
)
_ASTRONAUT = re.compile(
    r"\bastronaut photograph|\bphoto(?:graphie)? d['’]astronaute|\beol\.jsc\.nasa\.gov\b"
    r"|\bEarth Science and Remote Sensing Unit\b",
    re.IGNORECASE,
)
_SATELLITE = re.compile(r"\b(Landsat|Sentinel)\b(?:[- ]?(\d[A-D]?)\b)?")
_NIGHT = re.compile(
    r"\b(?:at|by) night\b|\bnight[- ]?time\b|\bnight (?:view|image|photo|photograph|scene)\b"
    r"|\bde nuit\b|\bnocturne\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class _Words:
    """Sentences without a preposition before the place: no name needs its gender or article."""

    station: str
    space: str
    satellite: str
    photo: str
    night: str
    before_caption: str


_WORDS: Mapping[str, _Words] = {
    "fr": _Words(
        station="{place}, photo prise{night} depuis la Station spatiale internationale",
        space="{place}, photo prise{night} depuis l’espace",
        satellite="{place}, image prise{night} par satellite ({satellite})",
        photo="Photo{night}\u202f: {place}",
        night=" de nuit",
        before_caption=". ",
    ),
    "en": _Words(
        station="{place}{night} seen from the International Space Station",
        space="{place}{night} seen from space",
        satellite="{place}{night} seen from a satellite ({satellite})",
        photo="Photo of {place}{night}",
        night=" at night",
        before_caption=": ",
    ),
}


def propose_alt_text(city: City, language: str, embedded: Embedded, credit: Credit) -> str:
    """What the photo shows, for those who cannot see it, as far as file and credit say it.

    The file's own alt text as it is, where it has one. `credit` is the photo's, given or read from
    the file. Of a long caption comes the beginning. `language`: "fr" or "en".
    """
    if not is_blank(embedded.alt):
        return embedded.alt
    words = _WORDS[language]
    said = " ".join(embedded.caption.split())
    sentence, satellite = _seen_from(words, said, credit)
    head = sentence.format(
        place=_place(city, language),
        night=words.night if _NIGHT.search(said) else "",
        satellite=satellite,
    )
    if is_blank(said) or said.casefold().rstrip(".") == city.name.casefold():
        return f"{head}."
    whole = f"{head}{words.before_caption}{said}"
    return shorten(whole, lambda text: len(text) <= LONGEST) or f"{head}."


def _seen_from(words: _Words, caption: str, credit: Credit) -> tuple[str, str]:
    """The sentence for where the picture was taken from, and the satellite's name if it was one.

    Where several are said, none is known.
    """
    origin = f"{credit.author}\n{credit.source}"
    everything = f"{caption}\n{origin}\n{credit.link}"
    if _FRAME.search(everything):
        return words.station, ""
    station = _SEEN_FROM_STATION.search(caption) or _FROM_STATION.search(origin)
    satellites = {
        ("-" if found[1] == "Sentinel" else " ").join(filter(None, found.groups()))
        for found in _SATELLITE.finditer(f"{caption}\n{origin}")
    }
    if station and not satellites:
        return words.station, ""
    if len(satellites) == 1 and not station:
        return words.satellite, satellites.pop()
    if _ASTRONAUT.search(everything) and not satellites:
        return words.space, ""
    return words.photo, ""


def _place(city: City, language: str) -> str:
    """ "Le Mans (Sarthe, France)"; what is called like the city is left out."""
    country = str(Locale(language).territories.get(city.country, city.country))
    areas = dict.fromkeys((city.department or city.region, country))
    known = [area for area in areas if area and area != city.name]
    place = f"{city.name} ({', '.join(known)})" if known else city.name
    return place.replace("'", "’") if language == "fr" else place
