"""Previews as messages: all that is sent, within what a message takes."""

from datetime import date

import pytest

from bot.admin.previews import MOST_BYTES, MOST_CHARACTERS, MOST_EMBEDS, MOST_FILES, Page, pages
from bot.admin.words import Words
from bot.operations.preview import Preview
from content.phrase import Phrase
from content.post import DerivedImage, Post, Rendering
from tests.schedules.parts import city

ENGLISH = Words(language="en")
POST = Post(date=date(2026, 11, 22), city=city(), language="fr", parts=(), pictures=())


def picture(data: bytes = b"a", alt: str = "A street.") -> DerivedImage:
    return DerivedImage(data=data, media_type="image/jpeg", width=8, height=6, alt=alt)


def preview(
    name: str = "site",
    text: str = "Le Mans.",
    *images: DerivedImage,
    problems: int = 0,
    remarks: int = 1,
) -> tuple[Preview, str]:
    rendering = Rendering(
        post=POST,
        text=text,
        length=len(text),
        limit=5000,
        images=images,
        problems=(Phrase("there is no picture"),) * problems,
        remarks=(Phrase("the text is too long here: it is shortened"),) * remarks,
    )
    return Preview(destination=name, rendering=rendering), text


def shown(made: list[Page]) -> str:
    """The text that a reader sees, of all embeds."""
    said = "".join(embed.description or "" for page in made for embed in page.embeds)
    return said.replace("\\", "")


def test_a_destination_is_shown_with_its_length_picture_alt_text_and_notes() -> None:
    (page,) = pages([preview("twitter:en", "Le Mans.", picture(), problems=1)], ENGLISH)
    (embed,) = page.embeds
    (file,) = page.files
    assert embed.title == "twitter:en · 8 / 5,000"
    assert embed.description == "Le Mans."
    assert {field.name: field.value for field in embed.fields} == {
        "Problems": "• there is no picture",
        "Remarks": "• the text is too long here: it is shortened",
        "Alt text": "A street.",
    }
    assert (file.filename, file.description) == ("twitter-en-1.jpg", "A street.")
    assert embed.image.url == "attachment://twitter-en-1.jpg"


def test_the_same_picture_is_sent_once() -> None:
    (page,) = pages(
        [preview("twitter", "Un.", picture()), preview("discord#1", "Deux.", picture())], ENGLISH
    )
    assert [file.filename for file in page.files] == ["twitter-1.jpg"]
    assert page.embeds[1].footer.text == "The same picture as twitter."


def test_several_pictures_are_all_shown() -> None:
    (page,) = pages([preview("site", "Un.", picture(b"a"), picture(b"b"))], ENGLISH)
    assert [embed.image.url for embed in page.embeds] == [
        "attachment://site-1.jpg",
        "attachment://site-2.jpg",
    ]


def test_a_picture_that_discord_would_not_take_is_said_to_be_there() -> None:
    (page,) = pages([preview("site", "Un.", picture(bytes(MOST_BYTES + 1)))], ENGLISH)
    assert page.files == []
    assert page.embeds[0].footer.text == "The picture is too large to be shown here."


@pytest.mark.parametrize(
    "previews",
    [
        [preview(f"site#{number}", "x" * 900, picture(bytes([number]))) for number in range(12)],
        [preview(f"d{number}", "x", picture(bytes([number]) * 4_000_000)) for number in range(4)],
        [preview("site", "*_~" * 3000, picture()), preview("discord", "ok", picture(b"b"))],
        [preview("site", "x", *(picture(bytes([number])) for number in range(25)))],
        [preview("site", "x", picture(alt="`*" * 2000), problems=90)],
        [preview("d" * 81, "*" * 2000, picture(alt="*" * 2000), problems=90, remarks=90)],
    ],
    ids=[
        "many destinations",
        "large pictures",
        "long text",
        "many pictures",
        "long notes",
        "all of it long",
    ],
)
def test_however_much_it_is_each_message_fits_and_nothing_is_lost(
    previews: list[tuple[Preview, str]],
) -> None:
    made = list(pages(previews, ENGLISH))
    for page in made:
        assert 0 < len(page.embeds) <= MOST_EMBEDS
        assert len(page.files) <= MOST_FILES
        assert sum(map(len, page.embeds)) <= MOST_CHARACTERS
        assert page.size <= MOST_BYTES
        for embed in page.embeds:
            assert len(embed.description or "") <= 4096
            assert all(0 < len(field.value or "") <= 1024 for field in embed.fields)
            if url := embed.image.url:
                assert url.removeprefix("attachment://") in {file.filename for file in page.files}
    images = sum(len(each.rendering.images) for each, _ in previews)
    assert sum(len(page.files) for page in made) == images
    assert shown(made) == "".join(text for _, text in previews)
