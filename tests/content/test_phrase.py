"""Phrases: sentences that another language can still be found for."""

import copy
import pickle

from content.phrase import Phrase, in_a_row, words_of


def test_a_phrase_is_its_sentence() -> None:
    phrase = Phrase("There is no place {position}.", position=3)

    assert phrase == "There is no place 3."
    assert hash(phrase) == hash("There is no place 3.")


def test_a_phrase_keeps_what_it_was_made_of() -> None:
    phrase = Phrase("There is no place {position}.", position=3)

    assert phrase.template == "There is no place {position}."
    assert phrase.values == {"position": 3}


def test_without_values_braces_are_letters() -> None:
    phrase = Phrase("A row must be an object {…}.")

    assert phrase == phrase.template == "A row must be an object {…}."


def test_braces_in_a_value_are_letters() -> None:
    assert Phrase("{name} is unknown.", name="{0}") == "{0} is unknown."


def test_a_sequence_is_listed() -> None:
    def wants(*parts: str) -> str:
        return Phrase("It wants {parts}.", parts=parts)

    assert wants("a", "b", "c") == "It wants a, b and c."
    assert wants("a") == "It wants a."


def test_phrases_in_a_row_can_each_be_said_anew() -> None:
    row = in_a_row([Phrase("{a} is long", a="x"), Phrase("it is held"), "a publisher's own words"])

    assert row == "x is long; it is held; a publisher's own words"
    first = row.values["first"]
    assert isinstance(first, Phrase)
    assert isinstance(first.values["first"], Phrase)
    assert first.values["first"].template == "{a} is long"


def test_copies_and_pickles_are_the_same_phrase() -> None:
    phrase = Phrase("There is no place {position}.", position=3)

    for again in (pickle.loads(pickle.dumps(phrase)), copy.deepcopy(phrase)):
        assert (again, again.template, again.values) == (phrase, phrase.template, {"position": 3})


def test_an_error_gives_its_phrase_back() -> None:
    assert words_of(ValueError(Phrase("{a} is long", a="x"))).template == "{a} is long"
    assert words_of(ValueError("{a} is long")).template == "{a} is long"
