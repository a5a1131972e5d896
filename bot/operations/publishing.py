"""Operations on Editions and Publications: post today's city now, and settle what is in doubt."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from bot.app import App
from bot.operations.pausing import refuse_if_paused
from bot.operations.refusal import CannotBeDone, See
from content.city import City
from content.entry import Entry
from content.phrase import Phrase, words_of
from content.typed import shown
from schedules.days import FARTHEST_AHEAD, LATEST_WINDOW
from schedules.ledger import SETTLED, Cause, Publication, Settlement, Status
from schedules.publisher import Receipt
from schedules.slots import Slot
from schedules.stops import Pause
from schedules.store import EntryNotFound

STATUS_WORDS: Mapping[Status, Phrase] = {
    Status.SCHEDULED: Phrase("scheduled"),
    Status.PUBLISHING: Phrase("publishing"),
    Status.PUBLISHED: Phrase("published"),
    Status.FAILED: Phrase("failed"),
    Status.UNCONFIRMED: Phrase("unconfirmed"),
    Status.MISSED: Phrase("missed"),
    Status.CANCELLED: Phrase("cancelled"),
}
STILL_COMING = frozenset({Status.SCHEDULED, Status.PUBLISHING, Status.UNCONFIRMED})
MARGIN_DAYS, FARTHEST_DAYS = 30, 366
"""How far a waiting Entry's date is looked for: as long as the queue lasts and a little more."""
FIRST_DATE, LAST_DATE = date(1970, 1, 1), date(2999, 12, 31)
"""As far as the calendar goes: there the clocks have rules and no sum of dates overflows."""


@dataclass(frozen=True, kw_only=True)
class CalendarDay:
    """A date, the instant at which it falls due (UTC) and its Entry; None for a blank day.

    `blank`: why it is one, where an admin wants it so: "skipped", "paused".
    """

    date: date
    due_at: datetime
    entry: Entry | None
    blank: str = ""

    @property
    def city(self) -> str:
        """The city's name; empty for a blank day."""
        return self.entry.city.name if self.entry is not None else ""

    @property
    def entry_id(self) -> int:
        """The Entry's id; 0 for a blank day and for a city that stands in."""
        return self.entry.id if self.entry is not None else 0


@dataclass(frozen=True, kw_only=True)
class Today:
    """What a follower may know of today: nothing of a city that is not out yet.

    `links`: by destination, where it is to be seen. `next_at`: when it comes, if it does today.
    """

    city: City | None
    links: Mapping[str, str]
    next_at: datetime | None


async def today(app: App) -> Today:
    """Today's city, once it is out anywhere."""
    now = app.clock.now()
    day = app.rule.local_date(now)
    publications = await app.store.publications(day=day)
    posted = [
        each for each in publications if each.status is Status.PUBLISHED and each.entry is not None
    ]
    if posted and posted[0].entry is not None:
        links = {
            each.destination: each.receipt.url
            for each in posted
            if each.receipt and each.receipt.url.startswith("https://")
        }
        return Today(city=posted[0].entry.city, links=links, next_at=None)
    (coming,) = await calendar(app, day, 1)
    is_over = bool(publications) and not any(each.status in STILL_COMING for each in publications)
    expected = coming.entry is not None and not is_over and now < app.rule.slot(day).closes_at
    return Today(city=None, links={}, next_at=coming.due_at if expected else None)


async def to_post_today(app: App) -> tuple[date, Entry, Sequence[str]]:
    """What `post_today` would post, of which date, and where: nowhere when all of it is settled.

    Raises CannotBeDone.
    """
    now = app.clock.now()
    day = app.rule.local_date(now)
    await _refuse_if_stopped(app, day)
    edition = await app.store.edition(day)
    if edition is None:  # before a move to a zone further west it may be a later date already
        latest = await app.store.latest_edition(due_before=now + FARTHEST_AHEAD)
        edition = latest if latest is not None and latest.date > day else None
    day = edition.date if edition is not None else day
    publications = await app.store.publications(day=day)
    chosen = edition.entry if edition is not None else None
    if all(each.came_to_nothing for each in publications) and (publications or chosen is None):
        # `post_today` chooses anew.
        entry, settled = (await app.forecast.entries([day]))[day], set[str]()
    else:
        entry = chosen
        settled = {each.destination for each in publications if each.status in SETTLED}
    if entry is None:
        raise CannotBeDone(Phrase("No city is ready."), see=See.ADD_A_CITY)
    return day, entry, [name for name in app.publishers if name not in settled]


async def _refuse_if_stopped(app: App, today: date) -> None:
    """Raise CannotBeDone when an admin has paused, or skips today."""
    await refuse_if_paused(app)
    if today in await app.store.skips(today, today):
        raise CannotBeDone(Phrase("{day} is skipped: take the skip back first.", day=today))


async def post_today(app: App) -> Sequence[Publication]:
    """Publish today's city at once, where it is not yet; its Publications, whatever became of them.

    One attempt each: what is to be tried again is tried by `run`, or by the next call. When it is
    cancelled, a create in flight is let finish.
    """
    now = app.clock.now()
    await _refuse_if_stopped(app, app.rule.local_date(now))
    edition = await app.days.open_now(now)
    if edition is None:
        raise CannotBeDone(Phrase("No city is ready."), see=See.ADD_A_CITY)
    publications = await app.store.publications(day=edition.date)
    to_send = [
        publication
        for publication in publications
        if publication.status not in SETTLED and publication.destination in app.publishers
    ]
    if to_send:
        await app.store.put_on_record(
            by=app.acting,
            action="posted now",
            subject=edition.date.isoformat(),
            after={
                "city": vars(edition.entry.city) if edition.entry else None,
                "destinations": [publication.destination for publication in to_send],
            },
        )
    attempts = (
        app.publish_once.attempt(publication, app.publishers[publication.destination])
        for publication in to_send
    )
    try:
        # One that the database fails must not take the others' connections away.
        results = await asyncio.gather(*attempts, return_exceptions=True)
    finally:
        await asyncio.gather(*app.publish_once.sends, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return await app.store.publications(day=edition.date)


def why_not_published(app: App, publication: Publication) -> str:
    """In words, why a Publication is not published; empty when it is, or is only yet to come."""
    if publication.status is Status.PUBLISHED:
        return ""
    if publication.destination not in app.publishers:
        return "This destination is not among CITY_A_DAY_DESTINATIONS any more."
    if publication.status is Status.PUBLISHING:
        return "The service is sending it, or waits for its hour."
    return publication.message


def needs_word(app: App, publication: Publication) -> bool:
    """Whether nothing more happens to it without an admin's word (`resolve`)."""
    if publication.status is Status.UNCONFIRMED:
        looked_for = publication.destination in app.publishers
        return not looked_for or publication.next_attempt_at is None
    return publication.status is Status.FAILED


async def next_entry(app: App) -> tuple[date, Entry]:
    """The Entry that comes next: today's, or the one of the next date without an Edition."""
    day = app.rule.local_date(app.clock.now())
    for _ in range(2):
        day = await app.forecast.not_skipped(day)
        if await app.store.edition(day) is None:
            entry = (await app.forecast.entries([day]))[day]
            if entry is not None:
                return day, entry
        day += timedelta(days=1)
    raise CannotBeDone(Phrase("No city is ready."), see=See.ADD_A_CITY)


async def coming_date(app: App, entry: Entry) -> date:
    """The date on which a waiting Entry comes, if nothing changes until then.

    For one that is not to come within a year, a draft say, the next date that has no city yet.
    """
    if entry.date is not None:
        return entry.date
    latest, stock = await app.store.latest_edition(), await app.store.stock()
    first = app.rule.local_date(app.clock.now())
    if latest is not None:
        first = max(first, latest.date + timedelta(days=1))
    first = await app.forecast.not_skipped(first)
    ahead = min(stock.ready + MARGIN_DAYS, FARTHEST_DAYS)
    forecast = await app.forecast.entries([first + timedelta(days=each) for each in range(ahead)])
    comes = (day for day, each in forecast.items() if each is not None and each.id == entry.id)
    return next(comes, first)


async def calendar(app: App, first: date | None, days: int) -> Sequence[CalendarDay]:
    """What comes, or came, on each of the dates from `first` (today) on."""
    today = app.rule.local_date(app.clock.now())
    first = first or today
    if not FIRST_DATE <= first <= LAST_DATE:
        raise CannotBeDone(
            Phrase("The calendar goes from {first} to {last}.", first=FIRST_DATE, last=LAST_DATE)
        )
    dates = [first + timedelta(days=offset) for offset in range(days)]
    editions = {each.date: each for each in await app.store.editions(dates[0], dates[-1])}
    latest = await app.store.latest_edition()
    coming = [
        day
        for day in dates
        if day not in editions and day >= today and (latest is None or day > latest.date)
    ]
    skipped, pause = await app.store.skips(dates[0], dates[-1]), await app.store.paused()
    stopped = {day: "skipped" for day in coming if day in skipped}
    stopped |= {
        day: "paused"
        for day in coming
        if day not in skipped and _passes_under(pause, app.rule.slot(day))
    }
    stopped |= await _called_off(app, editions)
    forecast = await app.forecast.entries([day for day in coming if day not in stopped])
    rows = []
    for day in dates:
        edition, blank = editions.get(day), stopped.get(day, "")
        entry = edition.entry if edition is not None else forecast.get(day)
        rows.append(
            CalendarDay(
                date=day,
                due_at=edition.due_at if edition is not None else app.rule.slot(day).due_at,
                entry=None if blank else entry,
                blank=blank,
            )
        )
    return rows


def _passes_under(pause: Pause | None, slot: Slot) -> bool:
    """Whether a coming slot's window will have closed when a pause ends."""
    return pause is not None and (pause.until is None or slot.closes_at <= pause.until)


async def _called_off(app: App, days: Collection[date]) -> Mapping[date, str]:
    """The dates on record of which all was called off, and why."""
    if not days:
        return {}
    cancelled = await app.store.publications(statuses=(Status.CANCELLED,), since=min(days))
    why = {each.date: _BLANK.get(each.error, "") for each in cancelled if each.date in days}
    return {
        day: reason
        for day, reason in why.items()
        if reason and all(each.error in _BLANK for each in await app.store.publications(day=day))
    }


_BLANK = {Cause.PAUSED.value: "paused", Cause.SKIPPED.value: "skipped"}


async def resolve(
    app: App, publication_id: str, outcome: Status, *, url: str = "", attempts: int | None = None
) -> Publication:
    """An admin's word: it is there (PUBLISHED), send it again (SCHEDULED), give it up (CANCELLED).

    `attempts`: only if it has had so many, for nothing has happened to it since then. Raises
    CannotBeDone.
    """
    day, destination = parse_publication_id(publication_id)
    found = await app.store.publication(day, destination)
    if found is None:
        raise CannotBeDone(
            Phrase("There is no publication {publication}.", publication=publication_id),
            see=See.HISTORY,
        )
    now, closes_at = app.clock.now(), None
    if outcome is Status.PUBLISHED:
        receipt = Receipt(remote_id=_last_part(url), url=url)
        settlement = Settlement(status=outcome, receipt=receipt, published_at=now)
    elif outcome is Status.CANCELLED:
        settlement = Settlement(
            status=outcome,
            may_have_landed=True,  # as far as it was so before
            error=Cause.GIVEN_UP,
            message=f"Given up by {app.acting}.",
        )
    else:
        await refuse_if_paused(app)
        settlement = Settlement(status=outcome, next_attempt_at=now)
        closes_at = max(found.closes_at, now + LATEST_WINDOW)
    try:
        resolved = await app.store.resolve(
            day, destination, settlement, closes_at=closes_at, attempts=attempts, by=app.acting
        )
    except EntryNotFound as error:
        raise CannotBeDone(words_of(error)) from error
    if resolved is None:
        found = await app.store.publication(day, destination) or found
        if attempts is not None and found.attempts != attempts:
            raise CannotBeDone(
                Phrase(
                    "Something has happened to {publication} since: it is {status} now.",
                    publication=found.id,
                    status=STATUS_WORDS[found.status],
                )
            )
        raise CannotBeDone(
            Phrase(
                "{publication} is {status}: only an unconfirmed, failed or missed one waits for"
                " your word.",
                publication=found.id,
                status=STATUS_WORDS[found.status],
            )
        )
    app.runner.look_now()
    return resolved


def _last_part(url: str) -> str:
    """What most platforms end a post's address with: its id. Raises CannotBeDone."""
    if not url:
        return ""
    try:
        address = urlsplit(url)
    except ValueError:
        address = urlsplit("")
    if address.scheme not in ("http", "https") or not address.hostname:
        raise CannotBeDone(
            Phrase("“{url}” is no address of a post: it begins with https://", url=shown(url))
        )
    return address.path.rstrip("/").rpartition("/")[2]


def parse_publication_id(publication_id: str) -> tuple[date, str]:
    """ "2026-11-22/twitter:en" as date and destination."""
    day, _, destination = publication_id.partition("/")
    try:
        return date.fromisoformat(day), destination
    except ValueError as error:
        raise CannotBeDone(
            Phrase(
                "“{publication}” is no publication: give DATE/DESTINATION, such as"
                " 2026-11-22/twitter.",
                publication=shown(publication_id),
            ),
            see=See.HISTORY,
        ) from error
