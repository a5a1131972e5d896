"""One replica that dies, or freezes, at a step, such as `SIGSTOP arm after`.

In a user's folder, as `city-a-day run` there, with the machine's own clock; it ends by a signal.
"""

import asyncio
import signal
import sys
from typing import Any, cast
from uuid import uuid4

from bot.alerts.log import LogChannel
from bot.app import assemble, open_app
from bot.logs import set_up_logs
from bot.registry import installed_platforms
from bot.service import serve
from bot.settings import read_settings
from schedules.store import Store
from tests.proof.deaths import Death, DyingStore, Reaper, Step, dying


class StoreWithSteps:
    """A Store at whose steps the process may end."""

    def __init__(self, store: Store, reaper: Reaper) -> None:
        self._store = store
        self._reaper = reaper

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in DyingStore.STEPS:
            return method

        async def step(*args: Any, **named: Any) -> Any:
            with self._reaper.around(Step(name)):
                return await method(*args, **named)

        return step


async def run(by: signal.Signals, death: Death) -> None:
    """As `bot.service.run_service` does it on PostgreSQL."""
    settings, reaper = read_settings(installed_platforms()), Reaper(death=death, by=by)
    owner = f"replica-{uuid4().hex}"
    async with open_app(settings, owner=owner, told=LogChannel()) as app:
        mortal = assemble(
            settings,
            owner=owner,
            clock=app.clock,
            store=cast("Store", StoreWithSteps(app.store, reaper)),
            publishers={name: dying(each, reaper, None) for name, each in app.publishers.items()},
            channels=app.telling.channels,
        )
        await serve(mortal, now=True, alone=False)


def main() -> None:
    """Read what is to happen."""
    by, step, when = sys.argv[1:]
    set_up_logs("info")
    asyncio.run(run(signal.Signals[by], Death(step=Step(step), after=when == "after")))


if __name__ == "__main__":
    main()
