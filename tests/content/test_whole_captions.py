"""Whole captions, composed of any city, texts, tags, credit and series, fitted to any platform.

    HYPOTHESIS_TIMES=100 python -m pytest tests/content/test_whole_captions.py

tries thousands of them.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from twitter_text import extract_urls_with_indices, parse_tweet

from content.caption import CaptionTooLong, arrange, fit
from content.city import City
from content.compose import compose
from content.counting import count_characters
from content.credit import Credit
from content.entry import Entry
from content.facts import Series
from content.post import FACTS, Kind, Limits, Part, Picture, Post
from content.x_text import count_x_weighted, without_x_links
from tests.content.caption_texts import (
    GRAPHEMES,
    PIECES,
    PROSE,
    TEXTS,
    UNCUT,
    cuts_a_grapheme,
    is_inside_a_word,
    texts_of,
)
from tests.often import often


def count_graphemes(text: str) -> int:
    return sum(not cuts_a_grapheme(text, end) for end in range(len(text)))


def parse_x(text: str) -> int:
    """X's count by X's own parser."""
    length: int = parse_tweet(text).weightedLength
    return length


@dataclass(frozen=True)
class Platform:
    """Limits, and the platform's count as it is not ours."""

    name: str
    limits: Limits

    def counted(self, caption: str) -> int:
        return parse_x(caption) if self.name.startswith("X") else self.limits.count(caption)

    def parts(self, post: Post) -> list[Part]:
        if self.limits.links or not self.name.startswith("X"):
            return [*post.parts]
        return [replace(part, text=without_x_links(part.text)) for part in post.parts]


ANY = Limits(
    text=10**6, count=count_characters, images=1, image_bytes=1, image_side=1, alt=1, links=True
)
PLATFORMS = [
    Platform("X", replace(ANY, text=280, count=count_x_weighted, links=False)),
    Platform("X with links", replace(ANY, text=280, count=count_x_weighted)),
    Platform("Discord", replace(ANY, text=2000)),
    Platform("gallery", replace(ANY, text=5000, links=False, facts=False)),
    Platform("300 graphemes", replace(ANY, text=300, count=count_graphemes)),
    Platform("500 characters", replace(ANY, text=500)),
]
NAMES = st.sampled_from(
    [
        *("Le Mans", "Saint-Étienne", "Les Sables-d'Olonne", "L'Haÿ-les-Roses", "'s-Hertogenbosch"),
        *(
            "東京",
            "القاهرة",
            "Москва",
            "กรุงเทพมหานคร",
            "서울",
            "தமிழ்",
            "100 Mile House",
            "1770",
            "–",
        ),
        *("São Tomé & Príncipe", "A", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"),
        *("100 Mile House", "nasa.gov", "#Nice", "@Metz", "{{ 7 }}", "🏙️ City"),
    ]
)
AREAS = st.sampled_from(["", "Sarthe", "Pays de la Loire", "Provence-Alpes-Côte d'Azur", "東京都"])
CITIES = st.builds(
    City,
    name=NAMES,
    country=st.sampled_from(["FR", "JP", "KE", "GB", "", "XX"]),
    department=AREAS,
    region=AREAS,
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    population=st.sampled_from([0, 1, 999, 146_249, 37_000_000]),
    altitude=st.sampled_from([-4, 0, 1, 65, 4_058]),
)
SERIES = st.builds(
    Series,
    number=st.none() | st.integers(1, 100_000),
    last_city=st.none() | CITIES,
)
WORDS = st.sampled_from(
    [*UNCUT, "Sarthe", "24 Heures", "Le Mans", "東京タワー", "x" * 150, "🚀", "1"]
)
CREDITS = st.builds(
    Credit,
    author=st.sampled_from(["A", "Thomas Pesquet", 'L\'Œil : de "Zoé" !', "名前" * 20, "a" * 200]),
    source=st.sampled_from(["", "ESA/NASA", "nasa.gov"]),
    licence=st.sampled_from(["CC BY 4.0", "domaine public"]),
    link=st.sampled_from(["", "https://www.esa.int/le-mans", "a.fr"]),
)


def posts(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Post]:
    def composed(
        city: City, fr: str, en: str, tags: list[str], credit: Credit, series: Series, language: str
    ) -> Post:
        return compose(
            Entry(city=city, texts={"fr": fr, "en": en}, tags=tuple(tags)),
            [Picture(data=b"", alt="", credit=credit)],
            day=date(2026, 11, 22),
            language=language,
            series_hashtag="Un jour, une ville",
            series=series,
        )

    return st.builds(
        composed,
        city=CITIES,
        fr=texts,
        en=st.just("") | texts,
        tags=st.lists(WORDS, max_size=5),
        credit=CREDITS,
        series=SERIES,
        language=st.sampled_from(["fr", "en"]),
    )


ANY_TEXTS = TEXTS | texts_of(st.sampled_from([*UNCUT, *GRAPHEMES]) | PIECES, " ", "、")
POSTS = posts(ANY_TEXTS)
EACH = st.sampled_from(PLATFORMS)
some = settings(max_examples=often(25), deadline=None)


def of(parts: list[Part], *kinds: Kind) -> list[str]:
    return [part.text for part in parts if part.kind in kinds]


def fitted(post: Post, platform: Platform) -> tuple[str, list[Part]]:
    """The caption, and all that there was to say. A credit that is too long for X is told whole."""
    parts = platform.parts(post)
    try:
        return fit(parts, platform.limits), parts
    except CaptionTooLong as error:
        too_long = error.caption
    assert platform.counted(too_long) > platform.limits.text
    assert too_long == arrange([part for part in parts if part.kind in (Kind.LEAD, Kind.CREDIT)])
    return fit(parts, ANY), parts


def told_text(caption: str, parts: list[Part]) -> tuple[str, str]:
    """The text as it was composed, and what the caption has of it."""
    (text,) = of(parts, Kind.TEXT) or [""]
    if text in caption:
        return text, text
    head = caption.partition("\n\n")[0]
    without_footer, _, _ = caption.removeprefix(head).rpartition("\n\n")
    return text, without_footer.strip("\n")


@some
@given(POSTS, EACH)
def test_every_caption_is_within_the_limit_by_the_platforms_own_count(
    post: Post, platform: Platform
) -> None:
    caption, parts = fitted(post, platform)
    if caption != fit(parts, ANY):
        assert platform.counted(caption) <= platform.limits.text


@some
@given(POSTS, EACH)
def test_lead_hashtag_and_credit_are_always_there(post: Post, platform: Platform) -> None:
    caption, parts = fitted(post, platform)
    assert re.match(r"#Unjouruneville(?=[ \n]|$)", caption)
    assert of(parts, Kind.CREDIT)
    assert set(of(parts, Kind.CREDIT)) <= set(caption.split("\n"))


@some
@given(POSTS, EACH)
def test_no_link_mention_or_hashtag_is_cut(post: Post, platform: Platform) -> None:
    """What the caption has of each, by X's extractor and by a rule of the test's own, is whole."""
    caption, parts = fitted(post, platform)
    whole = fit(parts, ANY)

    def found(text: str) -> set[str]:
        links = {link["url"] for link in extract_urls_with_indices(text)}
        return links | set(re.findall(r"[#＃@＠][^\s!-/:-@\[-^`{-~…、。«»📍📷]+", text))

    assert found(caption) <= found(whole)


@some
@given(POSTS, EACH)
def test_no_grapheme_is_cut(post: Post, platform: Platform) -> None:
    text, told = told_text(*fitted(post, platform))
    kept = told if text.startswith(told) else told.removesuffix("…")
    assert text.startswith(kept)
    assert not cuts_a_grapheme(text, len(kept))


@some
@given(posts(PROSE), EACH)
def test_a_shortened_text_ends_at_a_sentence_or_at_a_word(post: Post, platform: Platform) -> None:
    text, told = told_text(*fitted(post, platform))
    if told not in ("", text):
        kept = told if text.startswith(told) else told.removesuffix("…")
        assert not is_inside_a_word(text, len(kept))
        assert told.rstrip(" \u202f»”’\"')")[-1] in ".!?…"


@some
@given(POSTS, EACH)
def test_facts_and_number_are_whole_each_on_its_line(post: Post, platform: Platform) -> None:
    caption, parts = fitted(post, platform)
    lines = [line for line in caption.split("\n") if line.startswith("📍 ")]
    assert len([line for line in lines if "📍" not in "".join(of(parts, Kind.TEXT))]) <= 1
    shown = lines[-1].removeprefix("📍 ").split(" · ") if lines else []
    known = [fact[:1].upper() + fact[1:] for fact in of(parts, *FACTS)] + of(parts, *FACTS)
    if "📍" not in "".join(of(parts, Kind.TEXT, Kind.SECOND_LANGUAGE)):
        assert set(shown) <= set(known)
    first, _, number = caption.split("\n")[0].partition(" · ")
    assert [number] in ([""], of(parts, Kind.NUMBER))
    assert all(word.startswith("#") for word in first.split(" "))


@some
@given(POSTS)
def test_no_two_hashtags_of_a_post_are_the_same_word(post: Post) -> None:
    tags = [part.text.casefold() for part in post.parts if part.text[:1] == "#"]
    ours = [part.text for part in post.parts if part.kind in (Kind.LEAD, Kind.CITY_TAG, Kind.TAG)]
    assert len({tag.casefold() for tag in ours}) == len(ours) <= len(tags)
