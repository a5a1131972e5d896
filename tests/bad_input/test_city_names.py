"""Any string as a city's name finds a city, or is refused in a few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.operations import queue
from bot.operations.queue import Changes
from bot.operations.refusal import CannotBeDone
from content.city import City
from content.gazetteer import CityAmbiguous, CityNotFound
from content.hashtags import hashtag
from tests.bad_input.app import with_app
from tests.bad_input.strategies import FEW, MANY, gazetteer, outcome_of, reads_well, texts

NAMES = ["Le Mans", "Saint-Denis", "Springfield", "Nimees", "Paris, US", "Halle (Saale)", "(974)"]
names = st.sampled_from(NAMES) | st.tuples(st.sampled_from(NAMES), texts).map("".join) | texts
MARKS = "\u0301\u0316"  # each pair is out of order
ENDLESS = [
    "a",
    "a ",
    ",",
    "(",
    "Paris,",
    "st ",
    "é",
    "ß",
    MARKS,
    "\u202e",
    "👩‍👩‍👧",
    "\x00",
    "\ud800",
]


@MANY
@given(name=names)
def test_a_name_finds_its_city_or_is_refused_in_words(name: str) -> None:
    found = outcome_of(lambda: gazetteer().find(name), CityNotFound, CityAmbiguous)
    if isinstance(found, str):
        assert reads_well(found)
    else:
        assert found in gazetteer().starting_with(name, limit=1_000)


@MANY
@given(name=names, limit=st.integers(-1, 30))
def test_a_name_being_typed_offers_cities_that_can_be_chosen(name: str, limit: int) -> None:
    offered = gazetteer().starting_with(name, limit=limit)
    assert len(offered) <= max(limit, 0)
    assert [gazetteer().find(gazetteer().label(city)) for city in offered[:3]] == [*offered[:3]]


@MANY
@given(name=texts)
def test_a_name_makes_a_hashtag_or_is_refused_in_words(name: str) -> None:
    made = outcome_of(lambda: hashtag(name), ValueError)
    if made.startswith("refused: "):
        assert reads_well(made)
    else:
        assert made == hashtag(made)
        assert not any(sign.isspace() for sign in made)


@FEW
@given(name=texts)
def test_what_is_refused_is_not_queued(name: str) -> None:
    async def add(app: App, _: object) -> tuple[City | str, list[City]]:
        outcome: City | str
        try:
            outcome = (await queue.add(app, name, Changes())).city
        except CannotBeDone as refusal:
            outcome = str(refusal)
        return outcome, [entry.city for entry in await queue.listed(app)]

    outcome, queued = with_app(add)
    if isinstance(outcome, str):
        assert reads_well(outcome)
        assert queued == []
    else:
        assert queued == [outcome]


@pytest.mark.parametrize("unit", ENDLESS)
def test_a_name_of_a_million_letters_is_refused_and_not_repeated(unit: str) -> None:
    name = unit * (1_000_000 // len(unit))
    assert list(gazetteer().starting_with(name)) == []
    with pytest.raises(CityNotFound) as caught:
        gazetteer().find(name)
    assert reads_well(str(caught.value), most=500)
    with pytest.raises(ValueError) as no_hashtag:
        hashtag(name)
    assert reads_well(str(no_hashtag.value), most=500)
