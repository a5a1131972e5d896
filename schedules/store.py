"""Store: the port to the database that holds the content queue and the ledger.

All instants are aware and in UTC, and are passed in, but for those that several workers must agree
on: leases and the instant of arming go by the database's own clock (`now`). Every method is one
transaction, and several processes may call them at once: what must happen once is refused the
second time by the database itself.

Methods that carry out what an admin does take `by`, who does it: the same transaction puts it on
record. None: the service does it itself, and nothing is on record.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from content.entry import Entry, EntryState
from schedules.alerts import Alert, Outgoing
from schedules.ledger import (
    Choice,
    Claim,
    Edition,
    Figures,
    Hold,
    Publication,
    Settlement,
    Status,
    Stock,
)
from schedules.record import Change, Removed
from schedules.slots import Slot
from schedules.stops import Pause, Skip


class EntryNotFound(LookupError):
    """There is no Entry with this id in the queue."""


class EntryChanged(RuntimeError):
    """The Entry is not as it was when it was read: somebody has changed it since."""


class DateTaken(ValueError):
    """Another Entry is pinned to this date, or it already has its Edition, or it is skipped."""


class DateSkipped(ValueError):
    """An admin wants nothing posted on this date."""


class StoreUnavailable(RuntimeError):
    """The database cannot be opened, read or written; the message says which, why, what to do."""


class Step(StrEnum):
    """Where an Entry moves to: past the one in front, past the one behind, before all others."""

    UP = "up"
    DOWN = "down"
    HEAD = "head"


class QueueStore(Protocol):
    """The content queue: Entries in order, those pinned to a date among them."""

    async def add(
        self,
        entries: Sequence[Entry],
        *,
        if_never_filled: bool = False,
        by: str | None = None,
    ) -> Sequence[Entry]:
        """Append Entries in this order, all or none, and give them back with their ids.

        With `if_never_filled` none, when an Entry was ever added. Raises DateTaken.
        """
        ...

    async def entry(self, entry_id: int) -> Entry:
        """One waiting Entry. Raises EntryNotFound, also when it has been posted or removed."""
        ...

    async def queue(
        self,
        *,
        state: EntryState | None = None,
        city: str | None = None,
        after: int | None = None,
        offset: int = 0,
        limit: int | None = None,
    ) -> Sequence[Entry]:
        """The waiting Entries in order; those of one state, or of the city with a key, if given.

        A page begins behind the Entry with the id `after`, the last one of the page before, or
        behind the first `offset` ones. Raises EntryNotFound when `after` waits no more.
        """
        ...

    async def update(
        self, entry: Entry, *, was: Entry | None = None, by: str | None = None
    ) -> None:
        """Replace a waiting Entry by this one of the same id, if it still is as it `was`.

        Without `was` in any case. Raises EntryNotFound, EntryChanged, DateTaken.
        """
        ...

    async def move(self, entry_id: int, *, before: int | None, by: str | None = None) -> None:
        """Put an Entry right before another one, or last when `before` is None.

        Raises EntryNotFound for either.
        """
        ...

    async def step(self, entry_id: int, step: Step, *, by: str | None = None) -> bool:
        """Move an Entry past the one next to it, as they are now, or to the head.

        False, and nothing changes, when it is at that end already. Raises EntryNotFound.
        """
        ...

    async def position(self, entry_id: int) -> int:
        """An Entry's place in the queue, from 1. Raises EntryNotFound."""
        ...

    async def remove(self, entry_id: int, *, by: str | None = None) -> Removed:
        """Take an Entry out of the queue and give it back. Raises EntryNotFound."""
        ...

    async def restore(self, change_id: int, *, by: str | None = None) -> Entry:
        """Put an Entry back that was removed, under its id, where it was in the order.

        `change_id` is its removal's on record. Once: raises CannotRestore the second time, when the
        removal is not the last that was done to it, and when there is none. Raises DateTaken.
        """
        ...

    async def stock(self) -> Stock:
        """How many Entries wait, by state."""
        ...

    async def pinned(
        self, first: date, last: date, *, states: Collection[EntryState] = (EntryState.READY,)
    ) -> Mapping[date, Entry]:
        """The waiting Entries pinned to a date from `first` to `last`, both included, by date."""
        ...

    def unpinned(self, *, before: date) -> AsyncIterator[Entry]:
        """The ready Entries that may go on any date, in order, read as they are asked for.

        One pinned to a date earlier than `before` was missed on its day: it counts as unpinned.
        """
        ...

    async def ever_filled(self) -> bool:
        """Whether an Entry was ever added, be it posted or removed since."""
        ...


class Ledger(Protocol):
    """Editions and Publications: what is to be posted, and what has become of it."""

    async def now(self) -> datetime:
        """What the database's clock shows."""
        ...

    async def edition(self, day: date) -> Edition | None:
        """The Edition of a date."""
        ...

    async def editions(self, first: date, last: date) -> Sequence[Edition]:
        """The Editions from `first` to `last`, both included, by date."""
        ...

    async def choices(self, first: date, last: date) -> Mapping[date, Choice]:
        """What was chosen for the dates from `first` to `last`, both included, that have an Entry.

        As `editions` would say, at a tenth of the cost.
        """
        ...

    async def latest_edition(self, *, due_before: datetime | None = None) -> Edition | None:
        """The Edition with the latest date; of those that fall due before an instant, if given."""
        ...

    async def first_posted(self) -> date | None:
        """The first date of which anything was posted, or may have been; be it taken down since."""
        ...

    async def open_edition(
        self, slot: Slot, entry: Entry, keys: Mapping[str, str], *, at: datetime
    ) -> Edition:
        """Choose an Entry for a date and schedule a Publication for each destination in `keys`.

        The first caller decides: when the date already has an Edition, that one comes back and
        nothing changes; unless all of it came to nothing (`Publication.came_to_nothing`), then it
        is opened again with this Entry. An `entry` with id 0 is none of the queue's. An Entry of
        the queue leaves it; raises EntryNotFound when somebody else took it in the meantime, and
        DateSkipped. `keys` gives each destination its Publication's key.
        """
        ...

    async def record_missed(
        self, slots: Sequence[Slot], destinations: Sequence[str], message: str
    ) -> Sequence[date]:
        """Put dates on record for which no Edition was opened in time; those that have none.

        They are missed, and one alert tells of all of them. Those whose window closed under a
        pause are cancelled, which another alert tells of; so are skipped ones, of which none does.
        """
        ...

    async def close_window(self, day: date, *, at: datetime, message: str) -> Sequence[Publication]:
        """At or after the end of a date's window: what is `scheduled` becomes `missed`.

        So does a `publishing` one whose lease has run out. One that is armed becomes `unconfirmed`
        instead. Where the window closed under a pause, `missed` is `cancelled`, and one alert tells
        of the date. Returns those, and raises an alert for each; before the window's end nothing
        changes. When no Publication of the date is published or may still turn out to be
        (publishing, unconfirmed; failed counts as not), the Entry goes back to the queue's head,
        pinned no more.
        """
        ...

    async def open_dates(self) -> Sequence[Edition]:
        """The Editions with something left to do, by date.

        That is a Publication which is not settled; or an Entry of which nothing was posted and
        which goes back to the queue when the window is closed.
        """
        ...

    async def publication(self, day: date, destination: str) -> Publication | None:
        """One Publication."""
        ...

    async def publications(
        self,
        *,
        day: date | None = None,
        destination: str | None = None,
        statuses: Sequence[Status] | None = None,
        since: date | None = None,
        limit: int | None = None,
    ) -> Sequence[Publication]:
        """Publications, the newest date first, then by destination.

        Those of one date, of one destination, in some statuses, of a date and those after it.
        """
        ...

    async def claim(
        self, day: date, destination: str, *, owner: str, lease: timedelta
    ) -> Claim | None:
        """Take a Publication to work on, or None when it is not to be had.

        To be had are: `scheduled` ones, `unconfirmed` ones that do not wait for an admin, and
        `publishing` ones whose lease has run out; during a pause only those that are armed, for
        they are looked for. Compare-and-set: of several callers one gets it. Counts an attempt,
        sets `publishing`, keeps `armed_at`.
        """
        ...

    async def arm(self, claim: Claim, *, text: str, lease: timedelta) -> Claim:
        """Put on record that a create is about to send `text`, and renew the lease.

        Raises LeaseLost when the claim is no longer valid, PostingPaused when a pause is in force:
        none is armed once `pause` has returned.
        """
        ...

    async def disarm(self, claim: Claim) -> None:
        """A look-up was conclusive: no earlier create has landed. Raises LeaseLost."""
        ...

    async def settle(
        self, claim: Claim, settlement: Settlement, *, alert: Alert | None = None
    ) -> Publication:
        """End a claim, and raise the alert that tells of it.

        When with it the date's last Publication is published, the day is complete: an alert of that
        kind says so. Raises LeaseLost when another worker has claimed it since.
        """
        ...

    async def expire_leases(self, owner: str) -> int:
        """End the leases of a worker known to be dead; how many."""
        ...

    async def resolve(
        self,
        day: date,
        destination: str,
        settlement: Settlement,
        *,
        closes_at: datetime | None,
        attempts: int | None = None,
        by: str | None = None,
    ) -> Publication | None:
        """An admin's word on an `unconfirmed`, `failed` or `missed` Publication.

        It may complete the day, as settling may.

        None, and nothing changes, when it is in another status, or has not had so many `attempts`.
        `closes_at` moves the end of the date's window when given. One that is given up though it
        may be there (`cancelled`, and armed) uses up the date's Entry. An Entry that went back to
        the queue leaves it again; raises EntryNotFound when it is to be sent but there is none, or
        it has another date by now.
        """
        ...

    async def call_off(
        self,
        day: date,
        *,
        status: Status,
        message: str,
        closes_at: datetime | None = None,
        by: str | None = None,
    ) -> Sequence[Publication]:
        """Nothing more of a date is sent: what is `scheduled`, or claimed but not armed, ends.

        It ends as `status`; whoever works on it can arm it no more. A `failed` one is `cancelled`
        with them when that is the status. `closes_at` brings the end of the date's window forward:
        what is armed is looked for all the same, but not sent again. Returns those that were
        changed.
        """
        ...

    async def take_down(
        self,
        publication: Publication,
        *,
        status: Status,
        message: str,
        key: str,
        by: str | None = None,
    ) -> Publication | None:
        """Put on record that a published Publication's post was deleted; it gets a new key.

        A platform might answer a create with the old key with the deleted post. It counts as an
        attempt, so that what was asked before is not answered after it. None, and nothing changes,
        when it is not published any more, or not as it was: it was sent anew since. The date's
        Entry is used up.
        """
        ...

    async def edit_edition(
        self, day: date, *, before: Entry, after: Entry, by: str | None = None
    ) -> bool:
        """Change what a date's Entry says, for what is still to be sent of it.

        That is a `scheduled`, `failed` or `missed` Publication. The same is changed of the Entry if
        it waits in the queue again and says what it said. False when there is none, or it is not as
        it was `before`.
        """
        ...

    async def figures(self) -> Mapping[str, Figures]:
        """What there is of each destination that was ever posted to, in numbers."""
        ...


class Stops(Protocol):
    """What an admin stops: all posting for a while, or a date."""

    async def pause(self, *, reason: str, until: datetime | None, by: str) -> Pause | None:
        """Post nothing from now on. None, and nothing changes, when a pause is in force."""
        ...

    async def resume(self, *, by: str) -> Pause | None:
        """End the pause that is in force, and give it back. None when there is none."""
        ...

    async def paused(self) -> Pause | None:
        """The pause that is in force, by the database's clock."""
        ...

    async def pauses(self) -> Sequence[Pause]:
        """All pauses there ever were, the oldest first."""
        ...

    async def skip(self, day: date, *, by: str) -> bool:
        """Post nothing on a date. False, and nothing changes, when it is skipped already.

        What is scheduled of it is cancelled, and its Entry goes back to the queue's head. Raises
        DateTaken when an Entry is pinned to it, AlreadyOut.
        """
        ...

    async def unskip(self, day: date, *, by: str) -> bool:
        """Take a skip back. False when the date is not skipped."""
        ...

    async def skips(self, first: date, last: date) -> Mapping[date, Skip]:
        """The skipped dates from `first` to `last`, both included."""
        ...


class Holds(Protocol):
    """Destinations that take no posts for now."""

    async def holds(self) -> Mapping[str, Hold]:
        """The destinations on hold, by name."""
        ...

    async def hold(self, hold: Hold, *, alert: Alert) -> bool:
        """Put a destination on hold and raise the alert. False, and neither, when it already is."""
        ...

    async def release(self, destination: str) -> None:
        """End a destination's hold, if there is one."""
        ...


class AlertStore(Protocol):
    """Alerts, each for every channel that is for its kind, until the channel has taken it."""

    async def raise_alert(self, alert: Alert) -> None:
        """Put an alert on record that tells of no change in the ledger."""
        ...

    async def claim_alert(self, channel: str, *, lease: timedelta) -> Outgoing | None:
        """Take the oldest alert that is due on a channel, and keep it for as long as `lease`."""
        ...

    async def told(self, outgoing: Outgoing) -> None:
        """The channel has taken it."""
        ...

    async def put_off(self, outgoing: Outgoing, *, wait: timedelta) -> None:
        """The channel has not taken it: it is due again after `wait`."""
        ...

    async def untold(self) -> Mapping[str, int]:
        """How many alerts each channel has not taken yet; those that have all are left out."""
        ...


class Record(Protocol):
    """What admins did. Changes are written by the methods that carry them out, with `by`."""

    async def put_on_record(
        self,
        *,
        by: str,
        action: str,
        subject: str,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> int:
        """Write a Change of which no other method knows; its id."""
        ...

    async def changes(
        self,
        *,
        subject: str | None = None,
        before: int | None = None,
        after: int | None = None,
        limit: int,
    ) -> Sequence[Change]:
        """What is on record, the newest first; of one subject, and from before a Change's id.

        With `after` those that came right after that Change.
        """
        ...


class Leadership(Protocol):
    """Which of several workers does what only one may do, by the database's clock."""

    async def lead(self, name: str, *, owner: str, lease: timedelta) -> bool:
        """Whether `owner` leads from now on for as long as `lease`: it did already, or nobody does.

        Compare-and-set: of several callers one gets it. All callers give the same `lease`.
        """
        ...

    async def step_down(self, name: str, *, owner: str) -> None:
        """Let another one lead at once, if `owner` does."""
        ...


class Notes(Protocol):
    """Small things that the service keeps for itself."""

    async def note(self, name: str) -> str | None:
        """What was kept under a name."""
        ...

    async def set_note(self, name: str, value: str | None) -> None:
        """Keep something under a name, or, with None, nothing more."""
        ...


class Store(QueueStore, Ledger, Stops, Holds, AlertStore, Record, Leadership, Notes, Protocol):
    """The database."""

    async def check(self) -> str:
        """Read and write something, and say which database it is, without its password.

        Raises StoreUnavailable.
        """
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
