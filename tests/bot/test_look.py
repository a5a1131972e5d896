"""Looks: a text in pieces and paragraphs, and what each platform makes of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.look import Shown, ShownParagraph, paragraphs, spans
from bot.publishers.discord.look import look as discord_look
from bot.publishers.discord.markdown import as_shown, as_written
from bot.publishers.twitter.look import look as x_look
from bot.testing import sample_post
from content.post import Kind, Part, Rendering


def special(text: str) -> list[str]:
    return [span.text for span in spans(text) if span.special]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#UnJourUneVille #LeMans", ["#UnJourUneVille", "#LeMans"]),
        ("À #SaintÉtienne, #24hduMans.", ["#SaintÉtienne", "#24hduMans"]),
        ("#東京 et #مدينة", ["#東京", "#مدينة"]),
        ("n°#1, a#b, &#39; # rien", []),
        ("de @Thom_astro !", ["@Thom_astro"]),
        ("anna@example.org", []),
        (
            "voir https://a.example/b#c, (https://d.example)",
            ["https://a.example/b#c", "https://d.example"],
        ),
    ],
)
def test_hashtags_mentions_and_links_are_told_from_the_rest(text: str, found: list[str]) -> None:
    assert special(text) == found


@settings(max_examples=30)
@given(st.text())
def test_whatever_a_text_is_its_pieces_are_the_text(text: str) -> None:
    assert "".join(span.text for span in spans(text)) == text


@settings(max_examples=50)
@given(st.text(alphabet="ab*_~`<>[]()\\:#-+.1|@\n /"))
def test_discord_shows_what_was_escaped_for_it_as_it_was_written(text: str) -> None:
    assert "".join(piece for piece, _ in as_shown(as_written(text))) == text.strip()


def test_each_paragraph_has_its_language_where_it_is_known() -> None:
    """Though a platform escaped it, and fitting cut it short."""
    post = sample_post("Une *ville*.\n\nPlantagenêt et intacte.")
    second = Part(kind=Kind.SECOND_LANGUAGE, text="A race town.")
    post = replace(post, parts=(*post.parts, second))
    text = "#LeMans\n\nUne \\*ville\\*.\n\nPlantagenêt…\n\nA race town.\n\n📷 ESA"
    assert paragraphs(text, post) == (
        ShownParagraph(language="", text="#LeMans"),
        ShownParagraph(language="fr", text="Une \\*ville\\*."),
        ShownParagraph(language="fr", text="Plantagenêt…"),
        ShownParagraph(language="en", text="A race town."),
        ShownParagraph(language="", text="📷 ESA"),
    )


def shown(text: str) -> Shown:
    rendering = Rendering(post=sample_post(text), text=text, length=1, limit=2, images=())
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    return Shown(destination="there", rendering=rendering, pictures=(), at=at)


def test_x_colours_what_x_would_link_a_bare_domain_too() -> None:
    html = x_look(name="Une ville", handle="UneVille").html(shown("#LeMans sur nasa.gov"))
    assert '<span class="special">nasa.gov</span>' in html
    assert '<span class="special">#LeMans</span>' in html
    assert "@UneVille" in html


def test_on_x_an_account_that_is_not_known_has_no_handle() -> None:
    assert "@" not in x_look(name="twitter", handle="").html(shown("Le Mans"))


def test_discord_colours_links_only_and_marks_the_bot() -> None:
    html = discord_look(name="Carto<b>").html(shown("#LeMans \\*la\\* https://a.example/"))
    assert "#LeMans *la* " in html
    assert '<span class="special">https://a.example/</span>' in html
    assert "Carto&lt;b&gt;" in html
    assert ">APP<" in html
