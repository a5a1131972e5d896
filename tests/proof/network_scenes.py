"""X and Discord, as scripted servers."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.testing import Failure as Scripted
from bot.testing import Mishap, Recorded, ScriptedServer
from tests.platforms.discord_refusals import Trouble as DiscordTrouble
from tests.platforms.discord_requests import asks
from tests.platforms.discord_rest import GET_CHANNEL, HISTORY, TOKEN, DiscordServer
from tests.platforms.x import XServer
from tests.platforms.x_words import Trouble as XTrouble
from tests.proof.clock import JumpClock
from tests.proof.scene import Failure, Moment, Platform, Scene, common_settings
from tests.proof.service import Service

PATIENT, IMPATIENT = "10", "1"
"""Seconds that the service waits for an answer: a busy machine is no failure."""
MISHAPS = {
    Moment.LOST: Mishap.LOST_BEFORE,
    Moment.LANDS: Mishap.STALLED_BEFORE,
    Moment.ACTED: Mishap.HELD_AFTER,
}
STALLS = (Scripted.STALLED_AFTER, Mishap.STALLED_BEFORE)


class NetworkScene:
    """A platform with a server. A subclass says how the service finds it."""

    destination: str
    fills: Path | None = None

    def __init__(self, server: ScriptedServer) -> None:
        self.server = server
        self.restart = False
        self.timeout = PATIENT
        self.has_name = True
        self.away_all_day = False
        self._own: list[str] = []
        self._expected: dict[str, int] = {}

    def take_restart(self) -> bool:
        wanted, self.restart = self.restart, False
        return wanted

    def settings(self) -> dict[str, str]:
        section = self.destination.upper()
        url = self.url if self.has_name else self.url.replace("127.0.0.1", "gone.invalid")
        own = self.credentials() | {"API_URL": url, "TIMEOUT": self.timeout}
        return common_settings(self.destination) | {
            f"{section}__{name}": value for name, value in own.items()
        }

    @property
    def url(self) -> str:
        raise NotImplementedError

    def credentials(self) -> dict[str, str]:
        raise NotImplementedError

    def is_look_up(self, request: Recorded) -> bool:
        raise NotImplementedError

    def is_last_of_preparing(self, request: Recorded) -> bool:
        raise NotImplementedError

    def seen_late(self, by: timedelta) -> None:
        raise NotImplementedError

    def posts(self) -> Sequence[str]:
        raise NotImplementedError

    def complaints(self) -> Sequence[str]:
        return self.server.violations

    def at_create(self, failure: str) -> None:
        if failure in STALLS:
            self.timeout = IMPATIENT
        self._own.append(failure)
        self.server.fail_next_create(failure)

    def at_look_up(self, failure: str) -> None:
        self.server.fail_next(self.is_look_up, failure)

    def refuse_at_create(self) -> None:
        self.server.refuse_after(self.is_last_of_preparing)

    def refuse_all_day(self) -> None:
        self.away_all_day = True
        self.server.refuse()

    def lose_name(self) -> None:
        self.has_name = False

    def will_die_at(self, moment: Moment) -> None:
        mishap = MISHAPS[moment]
        self._expected[mishap] = 1 + self._own.count(mishap)
        self.server.fail_next_create(mishap)

    async def kill_at(self, moment: Moment, service: Service) -> None:
        mishap = MISHAPS[moment]
        await self.server.wait_for_failure(mishap, self._expected[mishap])
        service.kill()

    async def after_death(self) -> None:
        sent = self.server.creates
        self.server.release()
        await self.server.wait_for_creates(sent)

    async def heal(self) -> None:
        self.server.release()
        if not self.away_all_day:
            await self.server.listen()
        if not self.has_name:
            self.has_name = self.restart = True


class XScene(NetworkScene):
    destination = "twitter"

    def __init__(self, server: XServer) -> None:
        super().__init__(server)
        self.server: XServer = server

    @property
    def url(self) -> str:
        return self.server.url

    def credentials(self) -> dict[str, str]:
        keys = self.server.keys
        return {
            "API_KEY": keys.api_key,
            "API_SECRET": keys.api_secret,
            "ACCESS_TOKEN": keys.access_token,
            "ACCESS_TOKEN_SECRET": keys.access_token_secret,
        }

    def is_look_up(self, request: Recorded) -> bool:
        return request.method == "GET" and request.path.endswith("/tweets")

    def is_last_of_preparing(self, request: Recorded) -> bool:
        return request.path == "/2/media/metadata"

    def seen_late(self, by: timedelta) -> None:
        self.server.time_until_visible = by

    def posts(self) -> Sequence[str]:
        return [each.remote_id for each in self.server.delivered()]


class DiscordScene(NetworkScene):
    destination = "discord"

    def __init__(self, server: DiscordServer) -> None:
        super().__init__(server)
        self.server: DiscordServer = server

    @property
    def url(self) -> str:
        return self.server.api_url

    def credentials(self) -> dict[str, str]:
        return {"TOKEN": TOKEN, "CHANNEL_IDS": str(self.server.channel.id)}

    def is_look_up(self, request: Recorded) -> bool:
        return asks(HISTORY)(request)

    def is_last_of_preparing(self, request: Recorded) -> bool:
        return asks(GET_CHANNEL)(request)

    def seen_late(self, by: timedelta) -> None:
        self.server.time_until_visible = by

    def posts(self) -> Sequence[str]:
        return [str(each.id) for each in self.server.posted()]


@asynccontextmanager
async def x_scene(folder: Path, clock: Path) -> AsyncIterator[Scene]:
    async with XServer(now=JumpClock(clock).now) as server:
        yield XScene(server)


@asynccontextmanager
async def discord_scene(folder: Path, clock: Path) -> AsyncIterator[Scene]:
    async with DiscordServer(clock=JumpClock(clock)) as server:
        yield DiscordScene(server)


def _failures(
    *, unpaid: str, duplicate: str, seen_in_time: timedelta, names: tuple[str, str] = ("", "")
) -> Sequence[Failure]:
    """The rows of a platform: at a create, then on the way to it, at the look-up, all day."""
    at_create = {
        "created, then the connection drops": Scripted.DROPPED_AFTER,
        "the connection drops, nothing created": Mishap.DROPPED_BEFORE,
        "created, then stalled past the timeout": Scripted.STALLED_AFTER,
        "stalled past the timeout, created then": Mishap.STALLED_BEFORE,
        "5xx, nothing created": Scripted.SERVER_ERROR_BEFORE,
        "created, then 5xx": Scripted.SERVER_ERROR_AFTER,
        "created, then a garbled 2xx": Scripted.GARBLED_AFTER,
        "created, then a 200 with an HTML page": Mishap.HTML_AFTER,
        "502 with an HTML page": Scripted.HTML_ERROR,
        f"402 out of credits{names[0]}": unpaid,
        f"403 duplicate content{names[1]}": duplicate,
        "429 with a reset time": Scripted.RATE_LIMITED,
        "429 without a reset time": Scripted.RATE_LIMITED_WITHOUT_RESET,
        "401": Scripted.UNAUTHORIZED,
    }
    at_look_up = {
        "look-up: 5xx": Scripted.SERVER_ERROR_BEFORE,
        "look-up: 200 with an HTML page": Mishap.HTML_AFTER,
        "look-up: 401": Scripted.UNAUTHORIZED,
        "look-up: 429": Scripted.RATE_LIMITED_WITHOUT_RESET,
    }
    in_time, late = seen_in_time, timedelta(seconds=90)
    return (
        _failure("none", lambda scene: None),
        *(
            _failure(name, partial(_at_create, failure), at_create=True)
            for name, failure in at_create.items()
        ),
        _failure("refused connection", lambda scene: scene.server.refuse()),
        _failure("refused connection, at the create", lambda scene: scene.refuse_at_create()),
        _failure("DNS failure", lambda scene: scene.lose_name()),
        _failure(
            f"seen in the timeline {in_time.total_seconds():.0f} s later",
            lambda scene: scene.seen_late(in_time),
        ),
        _failure(
            "seen 90 s later, past what we wait for",
            lambda scene: scene.seen_late(late),
        ),
        *(_failure(name, partial(_at_look_up, failure)) for name, failure in at_look_up.items()),
        _failure("refused connection, all day", lambda scene: scene.refuse_all_day(), all_day=True),
    )


def _failure(
    name: str,
    strike: Callable[[NetworkScene], None],
    *,
    at_create: bool = False,
    all_day: bool = False,
) -> Failure:
    def of_this_scene(scene: Scene) -> None:
        assert isinstance(scene, NetworkScene)
        strike(scene)

    return Failure(name=name, strike=of_this_scene, at_create=at_create, all_day=all_day)


def _at_create(failure: str, scene: NetworkScene) -> None:
    scene.at_create(failure)


def _at_look_up(failure: str, scene: NetworkScene) -> None:
    scene.at_look_up(failure)


X = Platform(
    name="twitter",
    scene=x_scene,
    failures=_failures(
        unpaid=XTrouble.NO_CREDITS,
        duplicate=XTrouble.DUPLICATE,
        seen_in_time=timedelta(seconds=25),
    ),
    moments=frozenset(Moment),
)
DISCORD = Platform(
    name="discord",
    scene=discord_scene,
    failures=_failures(
        unpaid=DiscordTrouble.MISSING_ACCESS,
        duplicate=Scripted.FORBIDDEN,
        seen_in_time=timedelta(seconds=4),
        names=(" → 403 Missing Access", " → 403 Missing Permissions"),
    ),
    moments=frozenset(Moment),
    notes=(
        "Discord asks for no money and refuses no duplicates: its nearest refusals stand there.",
    ),
)
