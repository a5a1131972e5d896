"""Phrase: a sentence for a person, in English, which can still be said in another language."""

from collections.abc import Iterable, Mapping
from functools import reduce


class Phrase(str):
    """The English sentence, and what it was made of.

    `template` is the sentence with its places ("There is no place {position}."), `values` what
    stands in them; without values the template is the sentence, braces and all. Whoever speaks
    another language says the template in it, and each value too that is a Phrase or a sequence of
    them. A sequence reads "a, b and c". A number that is a name, such as an Entry's id, is given as
    text: it has no thousands.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> "Phrase":
        """The template with its values in their places."""
        shown = {name: _shown(value) for name, value in values.items()}
        phrase = super().__new__(cls, template.format(**shown) if values else template)
        phrase.template = template
        phrase.values = values
        return phrase


def in_a_row(phrases: Iterable[str]) -> Phrase:
    """Some phrases as one: "a; b; c"."""
    said = [as_phrase(each) for each in phrases] or [as_phrase("")]
    return reduce(lambda first, rest: Phrase("{first}; {rest}", first=first, rest=rest), said)


def sentences(phrases: Iterable[str]) -> Phrase:
    """Some sentences as one text."""
    said = [as_phrase(each) for each in phrases] or [as_phrase("")]
    return reduce(lambda first, rest: Phrase("{first} {rest}", first=first, rest=rest), said)


def words_of(error: Exception) -> Phrase:
    """What an error says: the Phrase that it was raised with, or else its text as it is."""
    said = error.args[0] if len(error.args) == 1 else None
    return said if isinstance(said, Phrase) else Phrase(str(error))


def as_phrase(words: str) -> Phrase:
    """Words of which nobody knows whether they are a Phrase; others are said as they are."""
    return words if isinstance(words, Phrase) else Phrase(words)


def _shown(value: object) -> object:
    if not isinstance(value, list | tuple):
        return value
    *others, last = map(str, value) if value else [""]
    return f"{', '.join(others)} and {last}" if others else last
