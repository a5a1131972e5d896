"""The service: the gallery's web server and the runner, until a signal stops them."""

import asyncio
import fcntl
import io
import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import structlog

from bot.alerts.log import LogChannel
from bot.app import App, database_url, make_data_dir, open_app, open_desks
from bot.operations.transfer import fill_with_starter_cities
from bot.platform import ShownHere
from bot.previews.coming import Coming
from bot.readiness import Lookout
from bot.settings import Settings
from bot.web import WebServer, make_web
from bot.web_operator import operator_routes
from bot.web_status import status_routes
from schedules.clock import Clock
from schedules.errors import PublishError
from schedules.store import StoreUnavailable

log = structlog.get_logger()

OWNER = "service"
LOCK = "service.lock"


class AlreadyRunning(Exception):
    """Another service uses this data folder."""


async def run_service(settings: Settings, *, now: bool, clock: Clock | None = None) -> None:
    """Run until SIGTERM or SIGINT. With `now`, post today's city at once if today has none.

    Raises AlreadyRunning, SettingsError, StoreUnavailable, WebCannotStart.
    """
    make_data_dir(settings.data_dir)
    if not database_url(settings).startswith("sqlite"):
        # Several replicas may share a database: each is somebody else, and dies by its leases.
        owner = f"{OWNER}-{uuid4().hex}"
        async with open_app(settings, owner=owner, told=LogChannel(), clock=clock) as app:
            await serve(app, now=now, alone=False)
        return
    with only_service(settings.data_dir):
        async with open_app(settings, owner=OWNER, told=LogChannel(), clock=clock) as app:
            # Whoever held these leases as the service is dead: we hold its lock.
            await app.store.expire_leases(OWNER)
            await serve(app, now=now, alone=True)


@contextmanager
def only_service(data_dir: Path) -> Iterator[None]:
    """Hold the data folder's lock; the system lets go of it however the process ends.

    Raises AlreadyRunning, StoreUnavailable.
    """
    with closing(_lock_file(data_dir)) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(
                f"Another city-a-day run (process {lock.read().decode()}) uses {data_dir}: stop it"
                " first, or set CITY_A_DAY_DATA_DIR to another folder."
            ) from error
        with suppress(OSError):  # on a full disk the next one is not told our number
            lock.truncate(0)
            lock.write(str(os.getpid()).encode())
        yield


def _lock_file(data_dir: Path) -> io.FileIO:
    try:
        return io.FileIO(os.open(data_dir / LOCK, os.O_RDWR | os.O_CREAT, 0o644), "r+")
    except OSError as error:
        raise StoreUnavailable(
            f"The data folder {data_dir} cannot be used ({LOCK}: {error.strerror}): see that this"
            " user may write there and that the disk has room."
        ) from error


async def serve(app: App, *, now: bool, alone: bool) -> None:
    """Show the galleries, publish and answer admins, until SIGTERM or SIGINT. See `run_service`.

    `alone`: no other replica shares the database.
    """
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    added = await fill_with_starter_cities(app)
    if added:
        log.info("starter_cities", entries=added)
    desks = open_desks(app.settings, clock=app.clock)
    galleries = [each for each in app.publishers.values() if isinstance(each, ShownHere)]
    for gallery in galleries:
        try:
            await gallery.rebuild()
        except PublishError as error:  # its next post says so; the others' go out meanwhile
            log.error("gallery_not_built", folder=str(gallery.folder), message=error.user_message)  # noqa: TRY400
    lookout, coming = Lookout(app), Coming(app)
    web = make_web(
        app.settings.data_dir / "site",
        others=[gallery.folder for gallery in galleries if gallery.folder.name != "site"],
        routes=[*status_routes(app, lookout), *operator_routes(app, lookout, coming)],
    )
    async with WebServer(web, host=app.settings.web_host, port=app.settings.web_port) as server:
        beside: list[asyncio.Task[None]] = []
        try:
            if now:
                await app.days.open_now(app.clock.now())
            await app.runner.start()
            beside.append(asyncio.create_task(lookout.run()))
            beside += [asyncio.create_task(desk.run(app, alone=alone)) for desk in desks]
            log.info("ready", gallery=server.url)
            await stopping.wait()
        finally:
            log.info("stopping")
            for task in beside:
                task.cancel()
            await app.runner.stop()
            await coming.close()
            await asyncio.gather(*beside, return_exceptions=True)
