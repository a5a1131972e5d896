"""Coming: the posts of the next days as they will look, drawn for the operator's page.

It gets in nobody's way: one preview at a time, in a thread, and none while a post is on its way.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import structlog

from bot.app import App
from bot.look import Shown, ShownPicture
from bot.operations.preview import local_time, look_of
from bot.operations.publishing import CalendarDay, calendar
from bot.previews.page import Card, DrawnCard, ShownDay, draw, without_card
from content.entry import Entry
from content.images import derive
from content.post import Limits, Rendering
from schedules.errors import PublishError, where
from schedules.ledger import SETTLED, Status
from schedules.publisher import Publisher

log = structlog.get_logger()

DAYS = 3
PICTURES = "pictures/"
"""Where the page finds them, below its own address."""
SMALL = Limits(text=0, count=len, images=0, image_bytes=300_000, image_side=1200, alt=0)
"""A phone's card needs no more pixels, and the pictures of all days are kept in memory."""


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """The cards of an Entry on a date, and their pictures by name."""

    entry: Entry
    cards: tuple[DrawnCard, ...]
    pictures: Mapping[str, bytes]

    @property
    def failed(self) -> bool:
        """Whether a card could not be drawn."""
        return any(card.failed for card in self.cards)


class Coming:
    """Draws a date's previews once, until its Entry changes; the settings last as long as we do."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._drawn: dict[date, _Drawn] = {}
        self._drawing: asyncio.Task[None] | None = None

    async def days(self, *, within: float) -> Sequence[ShownDay]:
        """The next days. What cannot be drawn `within` seconds is `waiting`, and drawn meanwhile.

        Raises StoreUnavailable.
        """
        coming = await self._coming()
        dates = {each.date for each in coming}
        # What could not be drawn may be well by now.
        for day in [day for day, each in self._drawn.items() if day not in dates or each.failed]:
            del self._drawn[day]
        if any(self._known(each) is None for each in coming if each.entry is not None):
            if self._drawing is None or self._drawing.done():
                self._drawing = asyncio.create_task(self._draw(coming))
            await asyncio.wait([self._drawing], timeout=within)
        return [self._shown(each) for each in coming]

    def picture(self, name: str) -> bytes | None:
        """A picture of the page, if there is one of this name."""
        return next((d.pictures[name] for d in self._drawn.values() if name in d.pictures), None)

    async def close(self) -> None:
        """Draw no more."""
        if self._drawing is not None:
            self._drawing.cancel()
            await asyncio.wait([self._drawing])

    async def _coming(self) -> Sequence[CalendarDay]:
        """Today, if its city is not out everywhere, and the days after it."""
        days = await calendar(self._app, None, DAYS + 1)
        today = await self._app.store.publications(day=days[0].date)
        edition = await self._app.store.edition(days[0].date)
        over = edition is not None and all(each.status in SETTLED for each in today)
        return days[1:] if over else days[:DAYS]

    def _known(self, day: CalendarDay) -> _Drawn | None:
        drawn = self._drawn.get(day.date)
        return drawn if drawn is not None and drawn.entry == day.entry else None

    def _shown(self, day: CalendarDay) -> ShownDay:
        drawn = self._known(day)
        return ShownDay(
            date=day.date,
            at=day.due_at.astimezone(self._app.settings.timezone),
            city=day.city,
            entry_id=day.entry_id,
            cards=drawn.cards if drawn is not None else (),
            waiting=drawn is None,
        )

    async def _draw(self, coming: Sequence[CalendarDay]) -> None:
        try:
            for day in coming:
                if day.entry is not None and self._known(day) is None:
                    drawn = await self._day(day.entry, day.date)
                    if drawn is None:
                        return
                    self._drawn[day.date] = drawn
        except Exception:  # the page says that it waits, and is asked for again
            log.exception("previews_not_drawn")

    async def _day(self, entry: Entry, day: date) -> _Drawn | None:
        """None when a post's hour has come meanwhile."""
        cards: list[DrawnCard] = []
        pictures: dict[str, bytes] = {}
        for name, publisher in self._app.publishers.items():
            if await self._post_on_its_way():
                return None
            card, small = await self._card(name, publisher, entry, day)
            cards.append(card)
            pictures |= small
        return _Drawn(entry=entry, cards=tuple(cards), pictures=pictures)

    async def _post_on_its_way(self) -> bool:
        """As for `bot.readiness`: what is not to be sent from here is in nobody's way."""
        publications = await self._app.store.publications(
            statuses=(Status.SCHEDULED, Status.PUBLISHING)
        )
        return any(each.destination in self._app.publishers for each in publications)

    async def _card(
        self, name: str, publisher: Publisher, entry: Entry, day: date
    ) -> tuple[DrawnCard, Mapping[str, bytes]]:
        try:
            post = await self._app.compose(entry, day, publisher.language)
            rendering = await asyncio.to_thread(publisher.preview, post)
            small = await asyncio.to_thread(_small_pictures, rendering)
            shown = Shown(
                destination=name,
                rendering=rendering,
                pictures=tuple(
                    ShownPicture(src=PICTURES + file, image=image)
                    for (file, _), image in zip(small, rendering.images, strict=True)
                ),
                at=local_time(self._app, day),
            )
            return await asyncio.to_thread(self._html, shown), dict(small)
        except PublishError as error:
            trouble = error.user_message
        except Exception as error:  # noqa: BLE001 - a publisher's bug, which it has on the day too
            trouble = f"The preview failed: {where(error)}."
        return without_card(name, trouble), {}

    def _html(self, shown: Shown) -> DrawnCard:
        return draw(Card(shown=shown, look=look_of(self._app, shown.destination)))


def _small_pictures(rendering: Rendering) -> Sequence[tuple[str, bytes]]:
    """The pictures, small enough for a page, with names by their content."""
    small = [derive(image.data, SMALL, image.alt).data for image in rendering.images]
    return [(f"{sha256(data).hexdigest()}.jpg", data) for data in small]
