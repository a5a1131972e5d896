"""An alert reaches each channel at least once, whatever the channel does, and costs no post."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.storage.database import open_store
from bot.storage.store import SqlStore
from schedules.alerts import Alert, AlertKind
from schedules.telling import SEND_LEASE, Telling
from tests.clock import FakeClock

MISSED = Alert(kind=AlertKind.MISSED, subject="2026-11-22/site", message="Too late.")
LOW = Alert(kind=AlertKind.LOW_STOCK, subject="queue", message="Only 3.", once="low_stock/today")
SECRET = "https://hooks.example/T0KEN"


@dataclass
class Pager:
    """A channel that fails as often as it is told to, and remembers what it took."""

    name: str = "pager"
    kinds: frozenset[AlertKind] = frozenset(AlertKind)
    failures: int = 0
    took: list[str] = field(default_factory=list)

    async def send(self, alert: Alert) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError(f"no answer from {SECRET}")
        self.took.append(alert.subject)

    async def close(self) -> None:
        """Nothing to give back."""


@pytest.fixture
def pager() -> Pager:
    return Pager()


@pytest.fixture
async def paged(tmp_path: Path, clock: FakeClock) -> SqlStore:
    """A store whose alerts are for two channels."""
    kinds = {"pager": frozenset(AlertKind), "mail": frozenset(AlertKind)}
    return await open_store(f"sqlite:///{tmp_path / 'paged.db'}", clock=clock, channels=kinds)


async def test_what_is_on_record_is_told_once_to_each_channel(
    paged: SqlStore, pager: Pager
) -> None:
    mail = Pager(name="mail")
    await paged.raise_alert(MISSED)
    telling = Telling(store=paged, channels=(pager, mail))
    for _ in range(3):
        await telling.tell_due()
    assert pager.took == mail.took == ["2026-11-22/site"]
    await paged.close()


async def test_a_channel_that_fails_is_told_again_later(
    paged: SqlStore, pager: Pager, clock: FakeClock
) -> None:
    pager.failures = 2
    await paged.raise_alert(MISSED)
    telling = Telling(store=paged, channels=(pager,))
    for _ in range(3):
        await telling.tell_due()
        assert pager.took == []
        clock.advance(timedelta(seconds=1))
    for _ in range(2):
        clock.advance(timedelta(minutes=2))
        await telling.tell_due()
    assert pager.took == ["2026-11-22/site"]
    await paged.close()


async def test_a_channel_that_fails_keeps_no_other_waiting(paged: SqlStore, pager: Pager) -> None:
    mail = Pager(name="mail", failures=99)
    await paged.raise_alert(MISSED)
    await Telling(store=paged, channels=(mail, pager)).tell_due()
    assert pager.took == ["2026-11-22/site"]
    await paged.close()


async def test_killed_while_it_tells_another_start_tells_it_again(
    paged: SqlStore, pager: Pager, clock: FakeClock
) -> None:
    await paged.raise_alert(MISSED)
    assert await paged.claim_alert("pager", lease=SEND_LEASE) is not None
    telling = Telling(store=paged, channels=(pager,))
    await telling.tell_due()
    assert pager.took == []
    clock.advance(SEND_LEASE)
    await telling.tell_due()
    assert pager.took == ["2026-11-22/site"]
    await paged.close()


async def test_alerts_come_in_the_order_that_they_were_raised_in(
    paged: SqlStore, pager: Pager
) -> None:
    for alert in (MISSED, LOW, LOW):
        await paged.raise_alert(alert)
    await Telling(store=paged, channels=(pager,)).tell_due()
    assert pager.took == ["2026-11-22/site", "queue"]
    await paged.close()


async def test_what_a_channel_raises_is_logged_without_its_words(
    paged: SqlStore, pager: Pager
) -> None:
    pager.failures = 1
    await paged.raise_alert(MISSED)
    with capture_logs() as logs:
        await Telling(store=paged, channels=(pager,)).tell_due()
    (line,) = logs
    assert (line["event"], line["channel"]) == ("alert_not_told", "pager")
    assert "T0KEN" not in str(logs)
    await paged.close()
