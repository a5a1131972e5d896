"""What the command line adds to what an operation says: which command, which option."""

import pytest

from bot.cli.hints import hint, missing
from bot.operations.refusal import See
from content.credit import Credit
from content.entry import Entry, Photo
from content.gazetteer import Gazetteer


@pytest.mark.parametrize("see", See)
def test_each_refusal_says_what_to_type(see: See) -> None:
    (said,) = hint(see)

    assert "city-a-day " in said or "--" in said


@pytest.mark.parametrize("proposed", [("alt",), ("alt", "author")])
def test_whatever_a_draft_lacks_has_its_option(proposed: tuple[str, ...]) -> None:
    photo = Photo(file="", alt="", credit=Credit(), proposed=proposed)
    entry = Entry(city=Gazetteer().find("Nîmes"), photos=(photo,))

    said = missing(entry)

    assert [each.rpartition("(")[2] for each in said] == [
        "--text-fr or --text-en)",
        "--alt)",
        "--author)",
        "--licence)",
        "--confirm)",
    ]
