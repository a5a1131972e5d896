"""CannotBeDone: the one error that an operation raises for a person to read."""

from enum import StrEnum

from content.phrase import Phrase


class See(StrEnum):
    """What to look at or do next; each front end says it with its own commands."""

    QUEUE = "queue"
    HISTORY = "history"
    ADD_A_CITY = "add a city"
    GIVE_A_PHOTO = "give a photo"
    OVERWRITE = "overwrite"


class CannotBeDone(Exception):
    """What was asked cannot be done; `words` say why and what to do next, `see` where."""

    def __init__(self, words: Phrase, *, see: See | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.see = see
