"""Of several replicas exactly one answers: the one whose lease is not over at that moment."""

from structlog.testing import capture_logs

from bot.admin.leadership import LEASE, Leadership
from schedules.store import Store
from tests.bot.admin.conftest import Scene
from tests.bot.admin.forging import forge

LEASE_SECONDS = LEASE.total_seconds()


class Seconds:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_it_is_ours_for_as_long_as_the_lease_that_we_know_of(store: Store) -> None:
    seconds = Seconds()
    async with Leadership(store, name="admin", owner="us", clock=seconds).held() as lead:
        assert lead.is_ours()
        seconds.now += LEASE_SECONDS - 0.1
        assert lead.is_ours()
        seconds.now += 0.1
        assert not lead.is_ours()
        assert not await store.lead("admin", owner="another", lease=LEASE)
    assert await store.lead("admin", owner="another", lease=LEASE)


async def test_what_comes_when_it_is_not_ours_is_left_to_another(scene: Scene) -> None:
    scene.bot.leads = lambda: False
    with capture_logs() as logs:
        command = await scene.slash("pause", reason="Holidays")
        button = await forge(scene, "queue.page|1|first")
    assert command.response is None
    assert button.response is None
    assert [line["event"] for line in logs] == ["left_to_another"] * 2
    assert await scene.app.store.paused() is None
