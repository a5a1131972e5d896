"""How Discord shows a message with pictures, as far as it can be seen from outside."""

from collections.abc import Iterator
from dataclasses import replace

from bot.look import Look, Span, template_look
from bot.publishers.discord.markdown import as_shown

NOTE = (
    "Discord shows one picture whole, two and four as squares, three as a large and two small ones,"
    " more as a grid. Assumed from what its apps were seen to do: Discord does not document it, and"
    " a tap shows each picture whole. Alt texts are read out, and shown on demand."
)


def look(*, name: str) -> Look:
    """A message by the bot of this name."""

    def marked(text: str) -> Iterator[Span]:
        return (Span(text=text, special=is_link) for text, is_link in as_shown(text))

    def read(text: str) -> str:
        return "".join(piece for piece, _ in as_shown(text))

    made = template_look(
        "bot.publishers.discord", note=NOTE, values={"name": name, "marked": marked}
    )
    return replace(made, read=read)
