"""Phrase: a sentence for people that can be said in another language."""

from typing import Self


class Phrase(str):
    """The English sentence, filled in; `template` and `values` are what it was made of."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """With no values a plain sentence, whose braces stay."""
        phrase = super().__new__(cls, template.format(**values) if values else template)
        phrase.template = template
        phrase.values = values
        return phrase
