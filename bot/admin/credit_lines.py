"""A Credit as the lines of one form field: "Author: …", "Source: …", "Licence: …", "Link: …".

A label may be in either language, whatever the reader's. A line without one goes on with the line
above it; where there is none above, it is the author, or the link if it looks like one.
"""

import re
from collections.abc import Mapping

from bot.admin.words import Words
from content.credit import Credit
from content.folding import fold
from content.phrase import Phrase

LABELS: Mapping[str, Phrase] = {
    "author": Phrase("Author"),
    "source": Phrase("Source"),
    "licence": Phrase("Licence"),
    "link": Phrase("Link"),
}
_ALSO = {
    "license": "licence",
    "photographer": "author",
    "photographe": "author",
    "url": "link",
}
_LABELLED = re.compile(r"\s*([^\W\d_]{3,20})\s*[:：]\s*(.*)")
_LINK = re.compile(r"https?://\S+")


def credit_lines(credit: Credit, words: Words) -> str:
    """All four lines, also those that say nothing yet: they show where to write."""
    lines = []
    for name, label in LABELS.items():
        value = " ".join(getattr(credit, name).split())
        lines.append(f"{words.say('{label}: {value}', label=label, value=value)}".rstrip())
    return "\n".join(lines)


def read_credit(text: str) -> Mapping[str, str]:
    """The fields of a Credit from such lines; each of the four, empty where nothing is said."""
    found = dict.fromkeys(LABELS, "")
    name = ""
    for line in text.splitlines():
        said = line.strip()
        labelled = _LABELLED.fullmatch(line)
        if labelled and (known := _known().get(fold(labelled[1]))):
            name, said = known, labelled[2].strip()
        elif not name:
            name = "link" if _LINK.fullmatch(said) else "author"
        found[name] = f"{found[name]} {said}".strip()
    return found


def _known() -> Mapping[str, str]:
    """The fields by their labels, as they are compared."""
    said = [Words(language=language) for language in ("en", "fr")]
    return _ALSO | {fold(words.say(label)): n for words in said for n, label in LABELS.items()}
