"""Credit: who made a picture, and under which licence it is shown."""

from dataclasses import dataclass

from content.typed import is_blank


@dataclass(frozen=True, kw_only=True)
class Credit:
    """Author, source, licence and link of a picture. Any of them may be empty but not all of the
    first three: see `missing`.
    """

    author: str = ""
    source: str = ""
    licence: str = ""
    link: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of what a complete credit still wants: who made it, and its licence."""
        wanted = []
        if is_blank(self.author) and is_blank(self.source):
            wanted.append("author")
        if is_blank(self.licence):
            wanted.append("licence")
        return tuple(wanted)

    @property
    def line(self) -> str:
        """The credit line of a caption, without the link: "📷 author / source · licence".

        One line, whatever was typed; empty for an empty credit.
        """
        who = _joined(" / ", self.author, self.source)
        said = _joined(" · ", who, self.licence)
        return f"📷 {said}" if said else ""


def _joined(between: str, *parts: str) -> str:
    return between.join(line for part in parts if (line := " ".join(part.splitlines()).strip()))
