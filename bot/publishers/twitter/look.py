"""How X shows a post in its timeline, as far as it can be seen from outside."""

from collections.abc import Iterator

from bot.look import Look, Span, spans, template_look
from content.x_text import x_links

NOTE = (
    "X shows one picture whole between 16:9 and 3:4 and crops a taller one; two pictures are"
    " cropped to 7:8, side by side, three and four to a grid of 16:9. X does not document this, and"
    " its apps differ; a tap shows each picture whole. Colours and sizes are those of its web page."
)


def look(*, name: str, handle: str) -> Look:
    """A post by an account. `handle` is empty where it is not known."""

    def marked(text: str) -> Iterator[Span]:
        return spans(text, x_links(text))

    return template_look(
        "bot.publishers.twitter",
        note=NOTE,
        values={"name": name, "handle": handle, "marked": marked},
    )
