"""Preview pages: HTML without script, and nothing from elsewhere. Pure.

The same card is shown light and dark: looks write both colours, and the page's `color-scheme` says
which is meant.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from importlib.resources import files

from markupsafe import Markup

from bot.look import Look, Shown, template_look, templates

PACKAGE = "bot.previews"
GENERIC_NOTE = "The platform's package says nothing of how it shows a post; this is a plain card."


@dataclass(frozen=True, kw_only=True)
class Card:
    """What one Destination would receive, and how it looks there."""

    shown: Shown
    look: Look

    @property
    def html(self) -> str:
        """The card's HTML; what its look gives as plain text is escaped by the page."""
        return self.look.html(self.shown)


@dataclass(frozen=True, kw_only=True)
class DrawnCard:
    """A Card as HTML with what is to be known of it, and its look's style; or why there is none."""

    destination: str
    html: Markup
    css: str = ""
    failed: bool = False


@dataclass(frozen=True, kw_only=True)
class ShownDay:
    """A date, its city ("" for a blank day), and what each Destination would receive.

    `waiting`: it is drawn as soon as nothing more important is to be done.
    """

    date: date
    at: datetime
    city: str
    entry_id: int = 0
    cards: tuple[DrawnCard, ...] = ()
    waiting: bool = False


@dataclass(frozen=True, kw_only=True)
class HealthLine:
    """One Destination: what became of its newest post, and what stands in its way."""

    destination: str
    latest: str
    url: str
    trouble: str


@dataclass(frozen=True, kw_only=True)
class NeedsYou:
    """A Publication that waits for an admin's word, and why."""

    publication: str
    status: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the service stands, in words."""

    now: datetime
    next_up: str
    stock: str
    health: tuple[HealthLine, ...]
    needs_you: tuple[NeedsYou, ...]
    red: tuple[str, ...]


def generic_look(destination: str) -> Look:
    """A plain card, for a platform without a look of its own."""
    return template_look(PACKAGE, note=GENERIC_NOTE, values={"name": destination})


def preview_page(cards: Sequence[Card]) -> bytes:
    """One Entry at each Destination, in light and dark: a page to be opened from a file."""
    looks = [card.look.css for card in cards]
    style = style_sheet(looks)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    post = cards[0].shown.rendering.post
    return _render(
        "preview.html",
        # 'self' is nothing where a file is its own origin, file: is where it is not.
        policy="default-src 'none'; img-src 'self' file:; base-uri 'none'; form-action 'none';"
        f" style-src 'sha256-{digest}'",
        style=Markup(style),  # noqa: S704 - the looks' own, and ours
        city=post.city.name,
        at=cards[0].shown.at,
        cards=cards,
        look_class=look_classes(looks),
    )


def draw(card: Card) -> DrawnCard:
    """A Card for the operator's page, in the colours that the browser asks for."""
    look_class = look_classes([card.look.css])
    html = _render("card.html", card=card, look_class=look_class)
    return DrawnCard(
        destination=card.shown.destination,
        html=Markup(html.decode()),  # noqa: S704 - the template escapes
        css=card.look.css,
    )


def without_card(destination: str, trouble: str) -> DrawnCard:
    """Why nothing can be shown for a Destination."""
    html = _render("no_card.html", trouble=trouble).decode()
    return DrawnCard(destination=destination, html=Markup(html), failed=True)  # noqa: S704 - it escapes


def operator_page(standing: Standing, days: Sequence[ShownDay], *, style: str) -> bytes:
    """How the service stands and what comes; `style` is the address of the style sheet."""
    return _render("operator.html", standing=standing, days=days, style=style)


def style_sheet(looks: Iterable[str]) -> str:
    """The page's own style and each look's, which holds inside its cards only."""
    own = files(PACKAGE).joinpath("templates", "page.css").read_text("utf-8")
    nested = [f".{name} {{\n{css}\n}}\n" for css, name in look_classes(looks).items()]
    # Nothing in a style sheet may end the element that it stands in.
    return "".join([own, *nested]).replace("</", "<\\/")


def look_classes(looks: Iterable[str]) -> Mapping[str, str]:
    """A class name for each of the looks' styles."""
    return {css: f"look-{sha256(css.encode()).hexdigest()[:8]}" for css in looks if css}


def _render(template: str, **values: object) -> bytes:
    return templates(PACKAGE).get_template(template).render(values).encode()
