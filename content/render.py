"""Rendering: a Post made into exactly what one Destination will receive."""

from collections.abc import Sequence

from content.caption import CaptionTooLong, fit
from content.compose import clean
from content.images import UnusablePicture, derive
from content.phrase import Phrase, words_of
from content.post import DerivedImage, Kind, Limits, Part, Picture, Post, Rendering
from content.shortening import shorten

SMALL = 400
"""Pixels of the longer side: with fewer a picture is enlarged even on a phone."""


def render(post: Post, limits: Limits) -> Rendering:
    """Fit the caption and derive the pictures; whatever cannot be sent is named in `problems`.

    Takes up to a second for a large picture.
    """
    problems: list[Phrase] = []
    remarks: list[Phrase] = []
    pictures = post.pictures[: limits.images]
    try:
        parts = _parts_with(post, pictures)
        text = fit(parts, limits)
        if any(part.kind is Kind.TEXT and part.text not in text for part in parts):
            remarks.append(Phrase("the text is too long here: it is shortened"))
    except CaptionTooLong as error:
        text = error.caption
        problems.append(words_of(error))
    images: list[DerivedImage] = []
    if not post.pictures:
        problems.append(Phrase("there is no picture"))
    for number, picture in enumerate(pictures, start=1):
        alt = shorten(picture.alt.strip(), lambda alt: len(alt) <= limits.alt)
        if not alt:
            problems.append(Phrase("picture {number} has no alt text", number=number))
        try:
            image = derive(picture.data, limits, alt)
            images.append(image)
            if max(image.width, image.height) < SMALL:
                remarks.append(
                    Phrase(
                        "picture {number} is small ({width} × {height} pixels): it will look"
                        " blurred",
                        number=number,
                        width=image.width,
                        height=image.height,
                    )
                )
        except UnusablePicture as error:
            problems.append(
                Phrase("picture {number}: {problem}", number=number, problem=words_of(error))
            )
    return Rendering(
        post=post,
        text=text,
        length=limits.count(text),
        limit=limits.text,
        images=tuple(images),
        problems=tuple(problems),
        remarks=tuple(remarks),
    )


def _parts_with(post: Post, pictures: Sequence[Picture]) -> tuple[Part, ...]:
    """The caption's parts without the credit of pictures that are not sent."""
    sent, every = ({clean(each.credit.line) for each in some} for some in (pictures, post.pictures))
    absent = every - sent
    return tuple(
        part for part in post.parts if part.kind is not Kind.CREDIT or part.text not in absent
    )
