"""Composing captions for four destinations, without pictures.

Against 3 ms; and against bare Jinja, rendering the same templates, with one count of each of X's
finished captions by X's own parser. Each city's texts are new to the process, as on its day.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from importlib.resources import files
from statistics import median
from time import process_time

from twitter_text import parse_tweet

from bot.publishers.discord.markdown import as_written
from content.caption import fit
from content.caption_templates import built_in, values_of
from content.compose import compose
from content.counting import count_characters
from content.credit import Credit
from content.entry import Entry
from content.facts import Series
from content.gazetteer import Gazetteer
from content.hashtags import bare as bare_word
from content.post import Limits, Picture, Post
from content.typography import typographic
from content.x_text import count_x_weighted, without_x_links
from tests.bench.ratio import Ratio

DAY = date(2026, 11, 22)
MILLISECONDS = 3.0
TIMES = 9
PICTURE = Picture(
    data=b"",
    alt="La ville, vue de l'espace...",
    credit=Credit(author="Thomas Pesquet", source="ESA", licence="CC BY 4.0", link="https://a.fr"),
)


@dataclass(frozen=True)
class To:
    """A destination: its language, its limits, and what it does to each part beforehand."""

    language: str
    limits: Limits
    before: Callable[[str], str] = str


BASE = Limits(text=2_000, count=count_characters, images=1, image_bytes=1, image_side=1, alt=1_000)
X = replace(BASE, text=280, count=count_x_weighted, links=False)
DESTINATIONS = (
    To("fr", replace(BASE, text=5_000, links=False, facts=False)),
    To("fr", BASE, as_written),
    To("fr", X, without_x_links),
    To("en", X, without_x_links),
)


def measure() -> Iterator[Ratio]:
    """The median of fifty cities, of each the fastest of several times."""
    entries, series = starters()
    captions = {id(entry): composed(entry, series) for entry in entries}
    measured, floor = [], []
    for entry in entries:
        finished = captions[id(entry)][2:]
        measured.append(fastest(partial(composed, entry, series)))
        floor.append(fastest(partial(bare, entry, series, finished)))
    took, least = median(measured), median(floor)
    what = "four captions composed and fitted, against"
    yield Ratio(what=f"{what} 3 ms", measured=took, floor=MILLISECONDS, unit="ms", aim=1.0)
    yield Ratio(what=f"{what} Jinja and X's count", measured=took, floor=least, unit="ms")


def starters() -> tuple[Sequence[Entry], Series]:
    """The starter cities."""
    gazetteer = Gazetteer()
    rows = json.loads(files("content").joinpath("data", "starter.json").read_bytes())
    entries = [
        Entry(
            city=gazetteer.find(f"{row['city']}, {row['department']}"),
            texts={"fr": row["text_fr"], "en": row["text_en"]},
            tags=tuple(row["tags"]),
        )
        for row in rows
    ]
    return entries, Series(number=12, last_city=gazetteer.find("Tours"))


def composed(entry: Entry, series: Series) -> Sequence[str]:
    """The captions."""
    captions = []
    for to in DESTINATIONS:
        post: Post = compose(
            entry, [PICTURE], day=DAY, language=to.language, series_hashtag="Ville", series=series
        )
        parts = [replace(part, text=to.before(part.text)) for part in post.parts]
        captions.append(fit(parts, to.limits))
    return captions


def bare(entry: Entry, series: Series, finished: Sequence[str]) -> None:
    """The floor."""
    for to in DESTINATIONS:
        values = values_of(entry.city, series, DAY, to.language)
        for (language, _), template in built_in().parts.items():
            if language == to.language:
                template.render(values)
    for caption in finished:
        parse_tweet(caption)


def fastest(work: Callable[[], object]) -> float:
    """Milliseconds of CPU that the work takes when nothing comes in between."""
    taken = []
    for _ in range(TIMES):
        for cache in (typographic, bare_word):
            cache.cache_clear()
        began = process_time()
        work()
        taken.append(1000 * (process_time() - began))
    return min(taken)
