"""The credit is one field of a form: what it shows is what it reads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.admin.credit_lines import credit_lines, read_credit
from bot.admin.words import Words
from content.credit import Credit

ONE_LINE = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" :"), max_size=30
).map(lambda text: " ".join(text.split()))


@settings(max_examples=40)
@given(
    language=st.sampled_from(["en", "fr"]),
    credit=st.builds(Credit, author=ONE_LINE, source=ONE_LINE, licence=ONE_LINE, link=ONE_LINE),
)
def test_what_is_shown_is_read_back(language: str, credit: Credit) -> None:
    assert read_credit(credit_lines(credit, Words(language=language))) == vars(credit)


def test_an_empty_credit_shows_where_to_write() -> None:
    shown = credit_lines(Credit(), Words(language="en"))
    assert shown == "Author:\nSource:\nLicence:\nLink:"


@pytest.mark.parametrize(
    ("typed", "author", "source", "licence", "link"),
    [
        ("Auteur : Anna\nLicence: CC0", "Anna", "", "CC0", ""),
        ("LICENSE:CC0\nauthor:  Anna ", "Anna", "", "CC0", ""),
        ("Author:\nAnna Noël\nSource:\n\nCommons", "Anna Noël", "Commons", "", ""),
        ("© Anna Noël", "© Anna Noël", "", "", ""),
        ("https://a.example/1", "", "", "", "https://a.example/1"),
        ("Author: Source: NASA", "Source: NASA", "", "", ""),
        ("Author: Anna: a life\nNote: hers", "Anna: a life Note: hers", "", "", ""),
        ("", "", "", "", ""),
    ],
)
def test_people_write_it_in_their_own_ways(
    typed: str, author: str, source: str, licence: str, link: str
) -> None:
    said = {"author": author, "source": source, "licence": licence, "link": link}
    assert read_credit(typed) == said
