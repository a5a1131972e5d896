"""The store suite: posts that are taken down, doubts that are given up, Entries edited in time."""

from dataclasses import replace

import pytest

from schedules.ledger import Cause, LeaseLost, Publication, Settlement, Status
from schedules.store import Store
from tests.bot.storage.samples import (
    CLOSED,
    DAY,
    KEYS,
    LEASE,
    NOW,
    RECEIPT,
    found,
    names,
    opened,
    settled,
    statuses,
)

PUBLISHED = Settlement(status=Status.PUBLISHED, receipt=RECEIPT, published_at=NOW)
FAILED = Settlement(status=Status.FAILED, error="Permanent", message="No.")
GIVEN_UP = Settlement(
    status=Status.CANCELLED, may_have_landed=True, error=Cause.GIVEN_UP, message="Given up."
)


async def take_down(
    store: Store, publication: Publication, status: Status = Status.CANCELLED
) -> Publication | None:
    return await store.take_down(publication, status=status, message="Down.", key="another")


async def in_doubt(store: Store, destination: str = "site") -> Publication:
    claim = await store.claim(DAY, destination, owner="us", lease=LEASE)
    assert claim is not None
    claim = await store.arm(claim, text="x", lease=LEASE)
    return await store.settle(claim, Settlement(status=Status.UNCONFIRMED, may_have_landed=True))


async def test_a_post_taken_down_is_on_record_as_one_that_was_out(store: Store) -> None:
    await opened(store)
    down = await take_down(store, await settled(store, PUBLISHED))
    assert down is not None
    assert (down.status, down.error, down.receipt) == (Status.CANCELLED, Cause.TAKEN_DOWN, None)
    assert (down.published_at, down.key) == (NOW, "another")
    assert await store.first_posted() == DAY


async def test_the_entry_of_a_post_taken_down_never_comes_back(store: Store) -> None:
    await opened(store)
    await take_down(store, await settled(store, PUBLISHED))
    assert list(await store.open_dates()) == []
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert await names(store) == []


async def test_only_what_is_published_as_it_was_is_taken_down(store: Store) -> None:
    await opened(store)
    published = await settled(store, PUBLISHED)
    assert await take_down(store, published, Status.FAILED) is not None
    assert await take_down(store, published) is None
    again = Settlement(status=Status.SCHEDULED, next_attempt_at=NOW)
    assert await store.resolve(DAY, "site", again, closes_at=None) is not None
    await settled(store, PUBLISHED)
    assert await take_down(store, published) is None
    assert (await found(store)).status is Status.PUBLISHED


async def test_what_is_not_sent_yet_is_called_off_whoever_works_on_it(store: Store) -> None:
    keys = {"site": "1", "discord": "2", "twitter": "3", "other": "4"}
    await opened(store, keys=keys)
    await settled(store, PUBLISHED)
    await settled(store, FAILED, destination="discord")
    claim = await store.claim(DAY, "twitter", owner="us", lease=LEASE)
    assert claim is not None
    off = await store.call_off(DAY, status=Status.CANCELLED, message="Off.")
    assert [each.destination for each in off] == ["discord", "other", "twitter"]
    assert {each.status for each in off} == {Status.CANCELLED}
    assert (await found(store)).status is Status.PUBLISHED
    with pytest.raises(LeaseLost):
        await store.arm(claim, text="x", lease=LEASE)


async def test_what_may_be_there_is_not_called_off(store: Store) -> None:
    await opened(store)
    await in_doubt(store)
    assert list(await store.call_off(DAY, status=Status.CANCELLED, message="Off.")) == []
    assert await statuses(store) == {"site": Status.UNCONFIRMED}


async def test_a_doubt_that_is_given_up_uses_up_its_entry_for_it_may_be_there(
    store: Store,
) -> None:
    await opened(store)
    await in_doubt(store)
    given_up = await store.resolve(DAY, "site", GIVEN_UP, closes_at=None)
    assert given_up is not None
    assert given_up.status is Status.CANCELLED
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert await names(store) == []
    assert await store.first_posted() == DAY


async def test_a_failure_that_is_given_up_gives_its_entry_back(store: Store) -> None:
    await opened(store)
    await settled(store, FAILED)
    await store.resolve(DAY, "site", GIVEN_UP, closes_at=None)
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert await names(store) == ["Le Mans"]
    assert await store.first_posted() is None


async def test_a_word_that_comes_after_another_attempt_changes_nothing(store: Store) -> None:
    await opened(store)
    await settled(store, FAILED)
    again = Settlement(status=Status.SCHEDULED, next_attempt_at=NOW)
    assert await store.resolve(DAY, "site", again, closes_at=None, attempts=2) is None
    assert await store.resolve(DAY, "site", again, closes_at=None, attempts=1) is not None
    await settled(store, FAILED)
    assert await store.resolve(DAY, "site", again, closes_at=None, attempts=1) is None
    assert await statuses(store) == {"site": Status.FAILED}


async def test_an_entry_is_edited_for_what_is_still_to_be_sent(store: Store) -> None:
    before = await opened(store, keys=KEYS)
    await settled(store, PUBLISHED)
    await settled(store, FAILED, destination="twitter:en")
    after = replace(before, texts={"fr": "Autre."})
    assert await store.edit_edition(DAY, before=before, after=after)
    assert (await found(store, "twitter:en")).entry == after
    assert not await store.edit_edition(DAY, before=before, after=after)


async def test_an_entry_of_which_nothing_is_to_be_sent_is_not_edited(store: Store) -> None:
    before = await opened(store)
    await settled(store, PUBLISHED)
    after = replace(before, texts={"fr": "Autre."})
    assert not await store.edit_edition(DAY, before=before, after=after)
    assert (await found(store)).entry == before


async def test_an_edited_entry_that_goes_back_to_the_queue_keeps_what_was_edited(
    store: Store,
) -> None:
    before = await opened(store)
    after = replace(before, texts={"fr": "Autre."})
    assert await store.edit_edition(DAY, before=before, after=after)
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    (waiting,) = await store.queue()
    assert waiting.texts == {"fr": "Autre."}


async def test_an_entry_that_was_edited_in_the_queue_since_keeps_that(store: Store) -> None:
    before = await opened(store)
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    (waiting,) = await store.queue()
    await store.update(replace(waiting, texts={"fr": "Écrit dans la file."}))
    after = replace(before, texts={"fr": "Écrit dans l'alerte."})
    assert await store.edit_edition(DAY, before=before, after=after)
    (waiting,) = await store.queue()
    assert waiting.texts == {"fr": "Écrit dans la file."}
