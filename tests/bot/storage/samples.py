"""Values for the store's tests. All times are passed in or set: nothing asks for the time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from content.city import City
from content.credit import Credit
from content.entry import Entry, Photo
from schedules.alerts import FOR_ADMINS, AlertKind
from schedules.ledger import Publication, Settlement, Status
from schedules.publisher import Receipt
from schedules.slots import Slot, SlotRule
from schedules.store import Store

RULE = SlotRule(timezone=ZoneInfo("Europe/Paris"), post_at=time(9), late_until=time(23))
DAY = date(2026, 11, 22)
NEXT = DAY + timedelta(days=1)
SLOT = RULE.slot(DAY)
NOW = SLOT.due_at
LEASE = timedelta(minutes=2)
CLOSED = SLOT.closes_at
KEYS = {"site": "k-site", "twitter:en": "k-twitter"}
RECEIPT = Receipt(remote_id="42", url="https://example.org/42")
CHANNELS = {
    "admins": FOR_ADMINS,
    "dead-man": frozenset({AlertKind.DAY_COMPLETE}),
    "log": frozenset(AlertKind),
}


def slot(day: date) -> Slot:
    """A date's slot."""
    return RULE.slot(day)


def entry(name: str = "Le Mans", *, on: date | None = None, held: bool = False) -> Entry:
    """A ready Entry with everything that an Entry may have."""
    return Entry(
        city=City(
            name=name,
            country="FR",
            department="Sarthe",
            region="Pays de la Loire",
            latitude=48.0021,
            longitude=0.2039,
            population=143_252,
            altitude=51,
            timezone="Europe/Paris",
            geoname_id=3_003_603,
        ),
        texts={"fr": f"{name}, « la nuit » 🏁", "en": f"{name} at night"},
        tags=("LeMans", "24h"),
        photos=(
            Photo(
                file="ab" * 32 + ".jpg",
                alt="La ville vue de l’espace",
                credit=Credit(author="Thomas Pesquet", source="ESA", licence="CC BY-SA 3.0 IGO"),
            ),
        ),
        date=on,
        held=held,
    )


def draft(name: str = "Nulle part") -> Entry:
    """An Entry without a text."""
    return Entry(city=City(name=name, country="FR", latitude=1.0, longitude=2.0))


async def names(store: Store) -> list[str]:
    """The waiting cities in order."""
    return [waiting.city.name for waiting in await store.queue()]


async def statuses(store: Store, day: date = DAY) -> dict[str, Status]:
    """What has become of a date, by destination."""
    return {found.destination: found.status for found in await store.publications(day=day)}


async def opened(store: Store, *, day: date = DAY, keys: dict[str, str] | None = None) -> Entry:
    """Add an Entry and choose it for a date."""
    (added,) = await store.add([entry()])
    await store.open_edition(slot(day), added, keys or {"site": "k-site"}, at=NOW)
    return added


async def found(store: Store, destination: str = "site", day: date = DAY) -> Publication:
    """A Publication that is there."""
    publication = await store.publication(day, destination)
    assert publication is not None
    return publication


def hour(hours: float) -> datetime:
    """An instant so many hours after the slot's."""
    return (NOW + timedelta(hours=hours)).astimezone(UTC)


async def settled(
    store: Store, settlement: Settlement, *, destination: str = "site"
) -> Publication:
    """Claim a Publication of the day and end the claim."""
    claim = await store.claim(DAY, destination, owner="worker", lease=LEASE)
    assert claim is not None
    return await store.settle(claim, settlement)
