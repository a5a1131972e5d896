"""Composing: what an Entry says, in which language, and that no oddity in it makes a blank day."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.city import City
from content.compose import clean, compose
from content.credit import Credit
from content.entry import Entry
from content.post import Kind, Picture, Post

DAY = date(2026, 11, 22)
ESA = Credit(author="Thomas Pesquet", source="ESA", licence="CC BY 4.0", link="https://esa.int/1")
NASA = Credit(author="NASA", licence="domaine public", link="https://nasa.gov/2")


def entry(
    texts: dict[str, str] | None = None, tags: tuple[str, ...] = (), city: str = "Le Mans"
) -> Entry:
    return Entry(
        city=City(name=city, country="FR", latitude=48.0, longitude=0.2),
        texts={"fr": "Une ville.", "en": "A city."} if texts is None else texts,
        tags=tags,
    )


def picture(credit: Credit = ESA, alt: str = "Le Mans vu de l’espace.") -> Picture:
    return Picture(data=b"", alt=alt, credit=credit)


def post(
    of: Entry,
    *pictures: Picture,
    language: str = "fr",
    series: str = "UnJourUneVille",
) -> Post:
    return compose(of, pictures, day=DAY, language=language, series_hashtag=series)


def said(made: Post, kind: Kind) -> list[str]:
    return [part.text for part in made.parts if part.kind is kind]


# Languages


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [("fr", "Une ville.", "A city."), ("en", "A city.", "Une ville.")],
)
def test_the_destinations_language_comes_first(language: str, first: str, second: str) -> None:
    made = post(entry(), language=language)
    assert said(made, Kind.TEXT) == [first]
    assert said(made, Kind.SECOND_LANGUAGE) == [second]


def test_a_text_in_the_other_language_is_better_than_none() -> None:
    assert said(post(entry({"en": "A city."})), Kind.TEXT) == ["A city."]


def test_a_text_in_a_third_language_is_better_than_none() -> None:
    assert said(post(entry({"de": "Eine Stadt."})), Kind.TEXT) == ["Eine Stadt."]


def test_a_post_is_in_the_language_of_its_first_text() -> None:
    made = post(entry(texts={"en": "A city of racing."}), language="fr")
    assert made.language == "en"


def test_a_single_text_has_no_second_language() -> None:
    assert said(post(entry({"fr": "Une ville."})), Kind.SECOND_LANGUAGE) == []


def test_a_text_of_blanks_alone_is_none() -> None:
    made = post(entry({"fr": " \n\u0007 ", "en": "A city."}))
    assert said(made, Kind.TEXT) == ["A city."]
    assert said(made, Kind.SECOND_LANGUAGE) == []


def test_the_same_text_in_both_languages_is_said_once() -> None:
    made = post(entry({"fr": "Le Mans.", "en": "Le Mans. "}))
    assert said(made, Kind.SECOND_LANGUAGE) == []


def test_an_entry_without_any_text_still_names_city_and_credit() -> None:
    made = post(entry({}), picture())
    assert [part.text for part in made.parts[:3]] == ["#UnJourUneVille", "#LeMans", ESA.line]


# Hashtags


def test_a_series_hashtag_keeps_its_accents() -> None:
    assert said(post(entry(), series="#Un été, une ville"), Kind.LEAD) == ["#Unétéuneville"]


def test_a_tag_is_said_once_whatever_its_accents_case_and_sign() -> None:
    made = post(entry(tags=("Épau", "#epau", "ÉPAU ", "Sarthe")))
    assert said(made, Kind.TAG) == ["#Épau", "#Sarthe"]


def test_a_tag_repeats_neither_the_series_nor_the_city() -> None:
    made = post(entry(tags=("un jour une ville", "LE MANS", "Sarthe")))
    assert said(made, Kind.TAG) == ["#Sarthe"]


def test_a_city_named_like_the_series_is_said_once() -> None:
    made = post(entry(city="Été"), series="ete")
    assert (said(made, Kind.LEAD), said(made, Kind.CITY_TAG)) == (["#ete"], [])


@pytest.mark.parametrize(
    ("city", "tag"),
    [
        ("Saint-Étienne", ["#SaintÉtienne"]),
        ("Les Sables-d'Olonne", ["#LesSablesdOlonne"]),
        ("東京", ["#東京"]),
        ("القاهرة", ["#القاهرة"]),
        ("100 Mile House", ["#100MileHouse"]),
        ("1770", []),
        ("–", []),
        ("", []),
    ],
)
def test_a_city_whose_name_makes_no_hashtag_goes_without(city: str, tag: list[str]) -> None:
    assert said(post(entry(city=city)), Kind.CITY_TAG) == tag


def test_a_tag_that_makes_no_hashtag_is_left_out() -> None:
    assert said(post(entry(tags=("2026", "", "#", "🚀", "Sarthe"))), Kind.TAG) == ["#Sarthe"]


# Credits, links and pictures


def test_each_credit_is_said_once() -> None:
    made = post(entry(), picture(ESA), picture(NASA), picture(ESA))
    assert said(made, Kind.CREDIT) == [ESA.line, NASA.line]


def test_an_empty_credit_says_nothing() -> None:
    assert said(post(entry(), picture(Credit())), Kind.CREDIT) == []


def test_a_credit_is_one_line_whatever_was_typed() -> None:
    typed = Credit(author=" Thomas\r\nPesquet ", source="\n", licence="CC BY\u20284.0")
    assert said(post(entry(), picture(typed)), Kind.CREDIT) == ["📷 Thomas Pesquet · CC BY 4.0"]


def test_blanks_alone_are_no_credit() -> None:
    assert Credit(author=" ", licence="\n").missing == ("author", "licence")


def test_the_link_is_the_first_pictures() -> None:
    assert said(post(entry(), picture(ESA), picture(NASA)), Kind.LINK) == [ESA.link]


def test_the_second_pictures_link_does_not_stand_in_for_the_first() -> None:
    made = post(entry(), picture(Credit(author="Zoé", licence="CC0")), picture(NASA))
    assert said(made, Kind.LINK) == []


def test_pictures_stay_in_their_order_with_their_alt_texts_cleaned() -> None:
    made = post(entry(), picture(ESA, "La Sarthe\u0000. "), picture(NASA, "La nuit."))
    assert [each.alt for each in made.pictures] == ["La Sarthe.", "La nuit."]
    assert [each.credit for each in made.pictures] == [ESA, NASA]


def test_day_city_and_language_are_the_ones_asked_for() -> None:
    made = post(entry(), language="en")
    assert (made.date, made.city.name, made.language) == (DAY, "Le Mans", "en")


# Cleaning


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("a\x00b\x1b[0m\x7f\x9b", "ab[0m"),
        ("Le\ud83d Mans\udfff", "Le Mans"),
        ("un\r\ndeux\rtrois\u2028quatre\x0bcinq\x85six", "un\ndeux\ntrois\nquatre\ncinq\nsix"),
        ("Le\tMans", "Le Mans"),
        (" \n  un  \n  deux \n ", "un\ndeux"),
        ("un\n\ndeux", "un\n\ndeux"),
        ("\ufeffLe Mans\ufffe\uffff\ufdd0", "Le Mans"),
        ("Saint-E\u0301tienne", "Saint-\u00c9tienne"),
        ("👩‍👩‍👧 \u200fالقاهرة 146\u202f249", "👩‍👩‍👧 \u200fالقاهرة 146\u202f249"),
        ("\U0001fae8", "\U0001fae8"),
    ],
    ids=[
        "control characters",
        "half an emoji",
        "line ends",
        "tabs",
        "blanks",
        "paragraphs",
        "no characters",
        "accents",
        "joiners and marks",
        "an emoji that this Python does not know",
    ],
)
def test_a_text_is_cleaned(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_a_clean_text_stays_as_it_is(typed: str) -> None:
    assert clean(clean(typed)) == clean(typed)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=())), st.text(st.characters()), st.text())
def test_whatever_was_typed_makes_a_post_that_can_be_sent(text: str, tag: str, name: str) -> None:
    made = post(entry({"fr": text}, (tag, "Sarthe"), name), picture(Credit(author=text), text))
    assert all(part.text.encode() for part in made.parts)
    assert made.parts[0].text == "#UnJourUneVille"
