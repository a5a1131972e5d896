"""How X shows a post in its timeline, as far as it can be seen from outside."""

from collections.abc import Iterator

from bot.look import Look, Span, spans, template_look
from content.x_text import x_links

NOTE = (
    "X shows one picture whole, and crops what is taller than 3:4; two pictures are cropped to 7:8"
    " each, three and four to a grid of 16:9. Assumed from what its web page was seen to do: X does"
    " not document it, its apps differ, and a tap shows each picture whole."
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
