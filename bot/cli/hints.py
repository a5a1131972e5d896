"""What to type next, for what an operation refuses and for what an Entry lacks."""

from collections.abc import Mapping, Sequence

from bot.operations.refusal import See
from content.entry import Entry

_SEE: Mapping[See, str] = {
    See.QUEUE: "See: city-a-day queue list",
    See.HISTORY: "See: city-a-day history",
    See.ADD_A_CITY: "Add one with: city-a-day queue add CITY",
    See.GIVE_A_PHOTO: "Give it with --photo FILE.",
    See.OVERWRITE: "Or say --overwrite.",
}
_OPTIONS: Mapping[str, str] = {
    "a text": "--text-fr or --text-en",
    "the photo's alt text": "--alt",
    "the photo's author": "--author",
    "the photo's licence": "--licence",
    "a word that the proposed {field} is right": "--confirm",
    "a word that the proposed {fields} are right": "--confirm",
}


def hint(see: See | None) -> Sequence[str]:
    """The sentence that says what to type, if there is one."""
    return () if see is None else (_SEE[see],)


def missing(entry: Entry) -> Sequence[str]:
    """What keeps an Entry a draft, each with the option that gives it."""
    return [f"{each} ({_OPTIONS[each.template]})" for each in entry.missing]
