"""The store suite: destinations on hold, and the check."""

from bot.storage.store import SqlStore
from schedules.alerts import Alert, AlertKind
from schedules.ledger import Hold
from schedules.store import Store
from tests.bot.storage.samples import NOW, hour

HOLD = Hold(destination="twitter:en", since=NOW, reason="The credentials were refused.")
AGAIN = Hold(destination="twitter:en", since=hour(1), reason="Again.")
REFUSED = Alert(kind=AlertKind.CREDENTIALS_REFUSED, subject="twitter:en", message="Renew them.")


async def test_a_hold_is_on_record(store: Store) -> None:
    assert await store.hold(HOLD, alert=REFUSED)
    assert await store.holds() == {"twitter:en": HOLD}


async def test_a_second_hold_changes_nothing(store: Store) -> None:
    await store.hold(HOLD, alert=REFUSED)
    assert not await store.hold(AGAIN, alert=REFUSED)
    assert await store.holds() == {"twitter:en": HOLD}


async def test_a_released_destination_takes_posts_again(store: Store) -> None:
    await store.hold(HOLD, alert=REFUSED)
    await store.release("twitter:en")
    assert await store.holds() == {}


async def test_releasing_what_is_not_on_hold_does_nothing(store: Store) -> None:
    await store.release("site")
    assert await store.holds() == {}


async def test_the_check_says_which_database_it_is(store: SqlStore, url: str) -> None:
    assert await store.check() == url
