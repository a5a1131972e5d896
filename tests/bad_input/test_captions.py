"""Any texts make a caption that each platform takes, or a problem that says why not."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from twitter_text import parse_tweet

from bot.app import App
from bot.operations import queue
from bot.operations.queue import Changes
from bot.operations.refusal import CannotBeDone
from bot.platform import Surroundings
from bot.registry import build_publishers
from content.city import City
from content.compose import clean, compose
from content.credit import Credit
from content.entry import Entry
from content.facts import Series
from content.hashtags import hashtag
from content.post import Picture, Post
from content.shortening import ELLIPSIS, shorten
from content.x_text import x_links
from schedules.publisher import Publisher
from tests.bad_input.app import with_app
from tests.bad_input.strategies import CLUSTERS, FEW, MANY, OFTEN, gazetteer, reads_well, texts
from tests.clock import FakeClock

DESTINATIONS = ("site", "discord", "twitter", "twitter:links")
KEYS = dict.fromkeys(("api_key", "api_secret", "access_token", "access_token_secret"), "x")
SETTINGS: dict[str, dict[str, object]] = {
    "discord": {"token": "x", "channel_ids": "1"},
    "twitter": {**KEYS},
    "twitter:links": {**KEYS, "links": True},
}
UNITS = [
    *CLUSTERS[::3],
    "Le Mans. ",
    "\u0316\u0301",
    "\u202e",
    "\x00",
    "\ud800",
    "nasa.gov ",
    "*",
    "\\",
]
WITHOUT_BLANKS = [cluster for cluster in CLUSTERS if cluster.strip()]
UNSENT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
"""Control characters but line ends, halves of characters, and what X refuses a post for."""
credits_ = st.builds(Credit, author=texts, source=texts, licence=texts, link=texts)
WHERE: dict[str, st.SearchStrategy[float]] = {
    "latitude": st.floats(-90, 90),
    "longitude": st.floats(-180, 180),
    "population": st.integers(-1, 10**9),
    "altitude": st.integers(-500, 9_000),
}
tags = st.lists(texts, max_size=4).map(tuple)


@cache
def publishers() -> dict[str, Publisher]:
    around = Surroundings(
        destination="", data_dir=Path("unused"), web_url="http://127.0.0.1:1", clock=FakeClock()
    )
    return build_publishers(DESTINATIONS, SETTINGS, around)


@cache
def small_picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG")
    return file.getvalue()


def post_of(entry: Entry, alt: str, credit: Credit) -> Post:
    return compose(
        entry,
        [Picture(data=small_picture(), alt=alt, credit=credit)],
        day=date(2026, 11, 22),
        language="fr",
        series_hashtag="UnJourUneVille",
        series=Series(number=12, last_city=gazetteer().find("Nancy")),
    )


@MANY
@given(
    city=st.builds(City, name=texts, country=texts, department=texts, region=texts, **WHERE),
    fr=texts,
    en=texts,
    tags=tags,
    alt=texts,
    credit=credits_,
)
def test_any_city_makes_a_caption(
    city: City, fr: str, en: str, tags: tuple[str, ...], alt: str, credit: Credit
) -> None:
    entry = Entry(city=city, texts={"fr": fr, "en": en}, tags=tags)
    post = post_of(entry, alt, credit)
    assert post.parts[0].text == hashtag("UnJourUneVille")
    assert not [part for part in post.parts if UNSENT.search(part.text)]


@FEW
@given(fr=texts, en=texts, tags=tags, alt=texts, credit=credits_)
def test_every_caption_is_within_its_platforms_limit_and_holds_what_it_takes(
    fr: str, en: str, tags: tuple[str, ...], alt: str, credit: Credit
) -> None:
    entry = Entry(city=gazetteer().find("Metz"), texts={"fr": fr, "en": en}, tags=tags)
    post = post_of(entry, alt, credit)
    for publisher in publishers().values():
        rendering = publisher.preview(post)
        caption = rendering.text
        assert rendering.length == publisher.limits.count(caption)
        assert rendering.length <= publisher.limits.text or rendering.problems
        assert hashtag("UnJourUneVille") in caption.replace("\\", "")
        assert not UNSENT.search(caption)
        assert all(len(image.alt) <= publisher.limits.alt for image in rendering.images)
        assert all(map(reads_well, (f"the problem: {each}" for each in rendering.problems)))
        if not rendering.problems:
            assert rendering.images[0].alt
            assert caption == caption.encode().decode().strip()
            if publisher.destination.startswith("twitter"):
                assert parse_tweet(caption).valid
                assert publisher.limits.links or x_links(caption) == ()


@MANY
@given(fr=texts, credit=credits_)
def test_the_credit_is_whole_or_a_problem(fr: str, credit: Credit) -> None:
    entry = Entry(city=gazetteer().find("Metz"), texts={"fr": fr})
    rendering = publishers()["site"].preview(post_of(entry, "alt", credit))
    assert clean(credit.line) in rendering.text or rendering.problems


@OFTEN
@given(
    clusters=st.lists(st.sampled_from(CLUSTERS), min_size=1, max_size=40)
    | st.lists(st.sampled_from(WITHOUT_BLANKS), min_size=2, max_size=20),
    room=st.integers(1, 60),
)
def test_a_text_is_cut_between_grapheme_clusters(clusters: list[str], room: int) -> None:
    text = "".join(clusters)
    left = shorten(text, lambda each: len(each) <= room)
    kept = left if text.startswith(left) else left.removesuffix(ELLIPSIS)
    assert text.startswith(kept)
    # What cannot stand before an ellipsis, such as a blank, went with the rest.
    begins = [0, *accumulate(map(len, clusters))]
    assert any(not text[len(kept) : begin].strip() for begin in begins if begin >= len(kept))


@OFTEN
@given(text=texts)
def test_a_cleaned_text_is_clean(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert not UNSENT.search(clean(text))


def test_of_a_thousand_marks_on_a_letter_thirty_stay() -> None:
    assert clean("x" + "\u0316" * 1_000 + "y") == "x" + "\u0316" * 30 + "y"
    assert clean("x" + "\u0316\x00" * 1_000 + "y") == "x" + "\u0316" * 30 + "y"


@pytest.mark.parametrize(
    ("unit", "size"), [("Le Mans. ", 10_000_000), *((u, 200_000) for u in UNITS)]
)
def test_a_text_of_any_size_is_composed_like_a_short_one(unit: str, size: int) -> None:
    text = unit * (size // len(unit.encode("utf-8", "surrogatepass")))
    entry = Entry(city=gazetteer().find("Metz"), texts={"fr": text})
    post = post_of(entry, text[:200_000], Credit(author="A", licence="CC0"))
    rendering = publishers()["site"].preview(post)
    assert rendering.length <= rendering.limit
    assert rendering.text.startswith("#UnJourUneVille #Metz")
    assert len(rendering.images[0].alt) <= 1_000


GIVEN = Changes(alt="a", author="a", licence="CC0", texts={"fr": "Une ville."})


@pytest.mark.parametrize("unit", ["a", "\u0316\u0301"])
@pytest.mark.parametrize(
    "typed",
    [
        lambda text: replace(GIVEN, texts={"fr": text}),
        lambda text: replace(GIVEN, texts={"fr": "a", "en": text}),
        lambda text: replace(GIVEN, alt=text),
        lambda text: replace(GIVEN, author=text),
        lambda text: replace(GIVEN, source=text),
        lambda text: replace(GIVEN, licence=text),
        lambda text: replace(GIVEN, link=text),
        lambda text: replace(GIVEN, tags=[text]),
    ],
)
def test_ten_megabytes_are_refused_when_they_are_queued(
    typed: Callable[[str], Changes], unit: str
) -> None:
    changes = typed(unit * (10_000_000 // len(unit)))

    async def add(app: App, folder: Path) -> tuple[str, int]:
        photo = folder / "a.jpg"
        photo.write_bytes(small_picture())
        with pytest.raises(CannotBeDone) as caught:
            await queue.add(app, "Metz", replace(changes, photo=photo))
        return str(caught.value), len(await queue.listed(app))

    refusal, queued = with_app(add)
    assert reads_well(refusal, most=500)
    assert "shorten it" in refusal or "too long" in refusal
    assert queued == 0


def test_what_an_import_would_not_take_back_is_refused_when_it_is_queued() -> None:
    async def add(app: App, _: object) -> int:
        with pytest.raises(CannotBeDone, match="“text_fr” has 5,001 characters"):
            await queue.add(app, "Metz", Changes(texts={"fr": "a" * 5_001}))
        return len(await queue.listed(app))

    assert with_app(add) == 0


def test_thousands_of_hashtags_are_refused_when_they_are_queued() -> None:
    async def add(app: App, _: object) -> int:
        with pytest.raises(CannotBeDone, match="2,500 hashtags: give 50 at most"):
            await queue.add(app, "Metz", Changes(tags=[f"t{number}" for number in range(2_500)]))
        return len(await queue.listed(app))

    assert with_app(add) == 0


@FEW
@given(fr=texts, en=texts, tags=tags)
def test_what_is_queued_can_be_shown_again(fr: str, en: str, tags: tuple[str, ...]) -> None:
    async def add(app: App, _: object) -> tuple[Entry | str, list[Entry]]:
        outcome: Entry | str
        try:
            outcome = await queue.add(app, "Metz", Changes(texts={"fr": fr, "en": en}, tags=tags))
        except CannotBeDone as refusal:
            outcome = str(refusal)
        return outcome, list(await queue.listed(app))

    outcome, queued = with_app(add)
    if isinstance(outcome, str):
        assert reads_well(outcome)
        assert queued == []
    else:
        assert queued == [outcome]
