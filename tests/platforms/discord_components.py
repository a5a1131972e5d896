"""Buttons, selects and embeds: how they are told apart, and how Discord says them back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

Json = dict[str, Any]

ROW, BUTTON, SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = frozenset({SELECT, 5, 6, 7, 8})
"""Of strings, users, roles, both, and channels."""
TEXT_DISPLAY, LABEL, FILE_UPLOAD = 10, 18, 19
LINK, PREMIUM = 5, 6
"""Styles of buttons that have no custom id."""

_HELD = ("components", "component", "accessory")


class File(Protocol):
    """What an embed may show that lies beside it."""

    @property
    def filename(self) -> str: ...

    @property
    def url(self) -> str: ...


def components_of(components: Sequence[Json]) -> Iterator[Json]:
    """The components and all that they hold, outer before inner."""
    for each in components:
        yield each
        for name in _HELD:
            held = each.get(name) or []
            yield from components_of(held if isinstance(held, list) else [held])


def shown_components(components: Sequence[Json]) -> list[Json]:
    """With the ids that Discord numbers them by, and without what was left empty."""
    return _numbered(components, iter(range(1, 1000)))


def _numbered(components: Sequence[Json], numbers: Iterator[int]) -> list[Json]:
    shown = []
    for each in components:
        said: Json = {"id": next(numbers)}
        said |= {name: value for name, value in each.items() if value is not None}
        if each["type"] in SELECTS:
            said = {"min_values": 1, "max_values": 1} | said
        for name in _HELD:
            held = said.get(name)
            if isinstance(held, list):
                said[name] = _numbered(held, numbers)
            elif held is not None:
                said[name] = _numbered([held], numbers)[0]
        shown.append(said)
    return shown


def shown_embeds(embeds: Sequence[Json], files: Sequence[File]) -> list[Json]:
    """With the pictures that lie beside them at their addresses."""
    lying = {f"attachment://{each.filename}": each.url for each in files}
    return [_shown_embed(each, lying) for each in embeds]


def _shown_embed(embed: Json, lying: Mapping[str, str]) -> Json:
    said = {"type": "rich"} | {name: value for name, value in embed.items() if value is not None}
    for name in {"image", "thumbnail"} & set(said):
        url = lying.get(said[name]["url"], said[name]["url"])
        said[name] = {"url": url, "proxy_url": url}
    return said
