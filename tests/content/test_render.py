"""Rendering: what a Destination receives, and what is wrong with it."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from content.city import City
from content.credit import Credit
from content.post import Kind, Limits, Part, Picture, Post
from content.render import render
from content.x_text import count_x_weighted

CREDIT = Credit(author="Thomas Pesquet", licence="CC BY 4.0")
ALT = "Le Mans de nuit. La Sarthe passe, noire, entre les quartiers éclairés."


def limits(text: int = 280, images: int = 4, alt: int = 1000) -> Limits:
    return Limits(
        text=text,
        count=count_x_weighted,
        images=images,
        image_bytes=1_000_000,
        image_side=100,
        alt=alt,
    )


def jpeg(width: int = 160, height: int = 90) -> bytes:
    file = BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(file, "JPEG")
    return file.getvalue()


def picture(alt: str = ALT, data: bytes | None = None) -> Picture:
    return Picture(data=jpeg() if data is None else data, alt=alt, credit=CREDIT)


def post(*pictures: Picture, text: str = "Une ville.", credit: str = CREDIT.line) -> Post:
    return Post(
        date=date(2026, 11, 22),
        city=City(name="Le Mans", country="FR", latitude=48.0, longitude=0.2),
        language="fr",
        parts=(
            Part(kind=Kind.LEAD, text="#UnJourUneVille"),
            Part(kind=Kind.TEXT, text=text),
            Part(kind=Kind.CREDIT, text=credit),
            Part(kind=Kind.TAG, text="#Sarthe"),
        ),
        pictures=pictures,
    )


def test_a_sound_post_has_no_problems() -> None:
    assert render(post(picture()), limits()).problems == ()


def test_length_and_limit_are_the_destinations_own_count() -> None:
    rendering = render(post(picture(), text="雪の町。"), limits())
    assert rendering.length == count_x_weighted(rendering.text) == len(rendering.text) + 5
    assert rendering.limit == 280


def test_a_picture_is_derived_with_its_alt_text() -> None:
    (image,) = render(post(picture()), limits()).images
    assert (image.media_type, image.width, image.height, image.alt) == ("image/jpeg", 100, 56, ALT)


def test_pictures_beyond_the_limit_stay_away() -> None:
    many = [picture(f"Vue {number}.") for number in range(6)]
    rendering = render(post(*many), limits(images=2))
    assert [image.alt for image in rendering.images] == ["Vue 0.", "Vue 1."]
    assert rendering.problems == ()


def test_a_picture_beyond_the_limit_is_not_looked_at() -> None:
    rendering = render(post(picture(), picture(alt="", data=b"")), limits(images=1))
    assert rendering.problems == ()


@pytest.mark.parametrize(
    ("alt", "left"),
    [
        (70, ALT),
        (69, "Le Mans de nuit."),
        (16, "Le Mans de nuit."),
        (15, "Le Mans…"),
        (7, ""),
    ],
)
def test_a_long_alt_text_is_shortened_at_a_sentence_or_word(alt: int, left: str) -> None:
    (image,) = render(post(picture()), limits(alt=alt)).images
    assert image.alt == left


def test_an_alt_text_of_a_megabyte_is_shortened() -> None:
    (image,) = render(post(picture("Le Mans de nuit. " * 60_000)), limits()).images
    assert len(image.alt) <= 1000
    assert image.alt.endswith("Le Mans de nuit.")


@pytest.mark.parametrize("alt", ["", "  \n\u00a0"])
def test_a_missing_alt_text_is_a_problem_with_the_pictures_number(alt: str) -> None:
    rendering = render(post(picture(), picture(alt)), limits())
    assert rendering.problems == ("picture 2 has no alt text",)


def test_an_alt_text_that_cannot_be_shortened_is_a_problem() -> None:
    assert render(post(picture()), limits(alt=3)).problems == ("picture 1 has no alt text",)


def test_a_post_without_a_picture_is_a_problem() -> None:
    assert render(post(), limits()).problems == ("there is no picture",)


@pytest.mark.parametrize("data", [b"", b"not a picture", jpeg()[:200]])
def test_an_unusable_picture_is_a_problem_that_says_why(data: bytes) -> None:
    rendering = render(post(picture(), picture(data=data)), limits())
    (problem,) = rendering.problems
    assert problem.startswith("picture 2: This")
    assert len(rendering.images) == 1


def test_a_credit_that_is_too_long_is_a_problem_and_is_shown() -> None:
    long = "📷 " + "Thomas " * 50 + "Pesquet"
    rendering = render(post(picture(), credit=long), limits())
    assert rendering.problems == (
        "the lead hashtag and the credit alone are longer than 280: shorten the credit",
    )
    assert rendering.text == f"#UnJourUneVille\n\n{long}"
    assert rendering.length > rendering.limit


def test_every_problem_is_named() -> None:
    long = post(picture(alt="", data=b""), credit="📷 " + "x" * 300)
    assert len(render(long, limits()).problems) == 3


def test_a_post_is_kept_with_its_rendering() -> None:
    made = post(picture())
    assert render(made, limits()).post == made


def test_rendering_twice_gives_the_same() -> None:
    made = post(picture(), text="Une ville. " * 60)
    assert render(made, limits()) == render(made, limits())


def test_the_credit_of_a_picture_that_is_not_sent_is_left_out() -> None:
    photo, orbit = picture(), replace(picture(), credit=Credit(author="NASA", licence="public"))
    both = post(photo, orbit)
    both = replace(both, parts=(*both.parts, Part(kind=Kind.CREDIT, text=orbit.credit.line)))
    assert "NASA" in render(both, limits(images=2)).text
    alone = render(both, limits(images=1))
    assert len(alone.images) == 1
    assert "NASA" not in alone.text
    assert CREDIT.line in alone.text
