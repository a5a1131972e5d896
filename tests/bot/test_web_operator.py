"""The operator's page, over real HTTP: for the operator only, and worth opening."""

import hmac
import logging
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from multidict import CIMultiDict, CIMultiDictProxy
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.app import App, assemble
from bot.basic_auth import FREE_TRIES, LONGEST_WAIT
from bot.operations.publishing import post_today
from bot.previews.coming import Coming
from bot.readiness import Lookout
from bot.settings import Settings
from bot.testing import sample_picture
from bot.web import WebServer, make_web
from bot.web_operator import operator_routes
from content.credit import Credit
from content.entry import Photo
from content.post import DerivedImage, Post, Rendering
from schedules.errors import AuthExpired, Permanent
from schedules.store import Store
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, entry

MORNING = datetime(2090, 6, 1, 6, 30, tzinfo=UTC)
PASSWORD = "très long, très secret"
RIGHT = {"Authorization": aiohttp.encode_basic_auth("operator", PASSWORD)}
GUARDED = ("/operator/", "/operator/style.css", "/operator/pictures/none.jpg")


@dataclass
class Watched(FakePublisher):
    """Counts what it drew, and may be broken."""

    drawn: list[str] = field(default_factory=list)
    breaks: Exception | None = None

    def preview(self, post: Post) -> Rendering:
        self.drawn.append(f"{post.date} {post.city.name}")
        if self.breaks is not None:
            raise self.breaks
        rendering = super().preview(post)
        (picture,) = post.pictures
        image = DerivedImage(
            data=picture.data, media_type="image/jpeg", width=400, height=300, alt=picture.alt
        )
        return replace(rendering, images=(image,))


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: CIMultiDictProxy[str]
    text: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    session: aiohttp.ClientSession
    url: str

    async def page(
        self,
        path: str = "/operator/",
        headers: Mapping[str, str] = RIGHT,
        *,
        method: str = "GET",
        address: str = "",
    ) -> Answer:
        """What a proxy on this machine brings for somebody at `address`."""
        forwarded = {"X-Forwarded-For": address} if address else {}
        async with self.session.request(
            method,
            self.url + path,
            headers=[*headers.items(), *forwarded.items()],
            allow_redirects=False,
        ) as answer:
            return Answer(
                status=answer.status,
                headers=answer.headers,
                text=(await answer.read()).decode(errors="replace"),
            )


def wrong(password: str = "not the password", user: str = "operator") -> Mapping[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(user, password)}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MORNING)


@pytest.fixture
def fake(clock: FakeClock) -> Watched:
    return Watched(clock=clock)


@pytest.fixture
async def app(tmp_path: Path, store: Store, clock: FakeClock, fake: Watched) -> App:
    settings = Settings(
        data_dir=tmp_path,
        timezone=ZoneInfo("UTC"),
        empty_queue="alert",
        operator_password=SecretStr(PASSWORD),
    )
    app = assemble(
        settings,
        owner="us",
        clock=clock,
        store=store,
        publishers={"fake": fake},
        channels=(),
    )
    photo = Photo(
        file=app.photos.add(sample_picture(400, 300), "image/jpeg"),
        alt="Vue du ciel.",
        credit=Credit(author="A. Photographe", licence="CC BY 4.0"),
    )
    cities = enumerate(("Albi", "Metz", "Nancy"), start=1)
    await store.add([entry(name, number, photos=(photo,)) for number, name in cities])
    return app


@asynccontextmanager
async def serving(app: App, lookout: Lookout) -> AsyncIterator[Asked]:
    coming = Coming(app)
    web = make_web(app.settings.data_dir / "site", routes=operator_routes(app, lookout, coming))
    async with (
        WebServer(web, host="127.0.0.1", port=0) as server,
        aiohttp.ClientSession() as session,
    ):
        yield Asked(session=session, url=server.url)
    await coming.close()


@pytest.fixture
def lookout(app: App) -> Lookout:
    return Lookout(app)


@pytest.fixture
async def asked(app: App, lookout: Lookout) -> AsyncIterator[Asked]:
    async with serving(app, lookout) as asked:
        yield asked


class TestTheDoor:
    async def test_without_a_password_set_there_is_no_such_page(self, app: App) -> None:
        settings = app.settings.model_copy(update={"operator_password": SecretStr("")})
        async with serving(replace(app, settings=settings), Lookout(app)) as asked:
            for path in (*GUARDED, "/operator"):
                for headers in ({}, RIGHT, wrong("")):
                    assert (await asked.page(path, headers)).status == 404, path

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    async def test_who_says_no_password_is_asked_for_it_and_sees_nothing(
        self, asked: Asked, method: str
    ) -> None:
        for path in GUARDED:
            answer = await asked.page(path, {}, method=method)
            assert answer.status == 401, path
            assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Albi" not in answer.text

    async def test_who_says_a_wrong_one_sees_nothing(self, asked: Asked) -> None:
        wrong_ones: Sequence[Mapping[str, str]] = (
            wrong(),
            wrong(""),
            wrong(PASSWORD, user="admin"),
            wrong(PASSWORD + " "),
            {"Authorization": "Basic"},
            {"Authorization": "Basic ???"},
            {"Authorization": "Basic /w=="},
            {"Authorization": RIGHT["Authorization"].replace("Basic", "Bearer")},
        )
        for number, headers in enumerate(wrong_ones):
            for path in GUARDED:
                answer = await asked.page(path, headers, address=f"203.0.113.{number}")
                assert (answer.status, "Albi" in answer.text) == (401, False), (path, headers)

    async def test_the_operator_sees_the_page_which_nobody_keeps(self, asked: Asked) -> None:
        answer = await asked.page()
        assert answer.status == 200
        assert "Albi" in answer.text
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; img-src 'self'; style-src 'self'")

    async def test_head_is_the_page_without_its_body(self, asked: Asked) -> None:
        answer = await asked.page(method="HEAD")
        assert (answer.status, answer.text) == (200, "")
        assert answer.headers["Cache-Control"] == "no-store"

    async def test_both_are_compared_in_constant_time_whichever_is_wrong(
        self, asked: Asked, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compared: list[tuple[int, int]] = []
        real = hmac.compare_digest

        def spy(a: bytes, b: bytes) -> bool:
            compared.append((len(a), len(b)))
            return real(a, b)

        monkeypatch.setattr(hmac, "compare_digest", spy)
        for headers in (RIGHT, wrong("x"), wrong("x" * 500), wrong(PASSWORD, user="a")):
            compared.clear()
            await asked.page("/operator/style.css", headers)
            assert compared == [(32, 32), (32, 32)]

    async def test_the_password_is_in_no_log_and_on_no_page(
        self, asked: Asked, app: App, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with capture_logs() as logged:
            answers = [
                await asked.page(path, headers) for path in GUARDED for headers in (RIGHT, {})
            ]
            answers.append(await asked.page(headers=wrong(PASSWORD, user="x")))
        said = f"{[each.text for each in answers]} {logged} {caplog.text} {app.settings!r}"
        assert PASSWORD not in said
        assert RIGHT["Authorization"].partition(" ")[2] not in said


class TestGuessing:
    async def guess(self, asked: Asked, times: int, address: str) -> list[int]:
        return [
            (await asked.page("/operator/style.css", wrong(), address=address)).status
            for _ in range(times)
        ]

    async def test_who_guesses_is_kept_waiting(self, asked: Asked) -> None:
        tried = await self.guess(asked, FREE_TRIES + 3, "203.0.113.5")
        assert tried == [401] * FREE_TRIES + [429] * 3
        answer = await asked.page(address="203.0.113.5")
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")

    async def test_each_further_guess_keeps_him_longer_a_minute_at_most(
        self, asked: Asked, clock: FakeClock
    ) -> None:
        await self.guess(asked, FREE_TRIES, "203.0.113.5")
        for seconds in (2, 4, 8, 16, 32, 60, 60):
            clock.advance(timedelta(seconds=seconds - 1))
            assert await self.guess(asked, 1, "203.0.113.5") == [429]
            clock.advance(timedelta(seconds=1))
            assert await self.guess(asked, 1, "203.0.113.5") == [401]

    async def test_he_keeps_nobody_else_out(self, asked: Asked) -> None:
        await self.guess(asked, FREE_TRIES + 1, "203.0.113.5")
        assert (await asked.page(address="198.51.100.7")).status == 200

    async def test_the_neighbours_of_his_ipv6_network_are_he(self, asked: Asked) -> None:
        await self.guess(asked, FREE_TRIES, "2001:db8:0:1::1")
        assert await self.guess(asked, 1, "2001:db8:0:1:ffff::2") == [429]
        assert await self.guess(asked, 1, "2001:db8:0:2::1") == [401]

    async def test_what_the_proxy_saw_counts_not_what_he_says_he_is(self, asked: Asked) -> None:
        for number in range(FREE_TRIES):
            await self.guess(asked, 1, f"192.0.2.{number}, 203.0.113.5")
        assert await self.guess(asked, 1, "192.0.2.99, 203.0.113.5") == [429]

    async def test_so_does_what_the_proxy_saw_in_a_line_of_its_own(self, asked: Asked) -> None:
        for number in range(FREE_TRIES + 1):
            forged = CIMultiDict({**wrong(), "X-Forwarded-For": f"192.0.2.{number}"})
            forged.add("X-Forwarded-For", "203.0.113.5")
            last = (await asked.page(headers=forged)).status
        assert last == 429

    async def test_two_ipv4_addresses_as_a_socket_for_both_kinds_names_them_are_two(
        self, asked: Asked
    ) -> None:
        await self.guess(asked, FREE_TRIES, "::ffff:203.0.113.5")
        assert await self.guess(asked, 1, "203.0.113.5") == [429]
        assert await self.guess(asked, 1, "::ffff:198.51.100.7") == [401]

    async def test_after_the_wait_the_right_password_is_taken_and_all_is_forgotten(
        self, asked: Asked, clock: FakeClock
    ) -> None:
        await self.guess(asked, FREE_TRIES, "203.0.113.5")
        clock.advance(LONGEST_WAIT)
        assert (await asked.page(address="203.0.113.5")).status == 200
        assert await self.guess(asked, FREE_TRIES, "203.0.113.5") == [401] * FREE_TRIES

    async def test_a_browser_that_asks_without_a_password_has_not_guessed(
        self, asked: Asked
    ) -> None:
        for _ in range(3 * FREE_TRIES):
            assert (await asked.page(headers={}, address="203.0.113.5")).status == 401
        assert (await asked.page(address="203.0.113.5")).status == 200


class TestWhatComes:
    async def test_the_next_three_dates_today_first(self, asked: Asked) -> None:
        text = (await asked.page()).text
        dates = ("Thursday 1 June, 09:00", "Friday 2 June", "Saturday 3 June")
        places = [text.index(f">{each}") for each in dates]
        assert places == sorted(places)
        assert "Albi, Thursday 1 June, 09:00: in 2\u00a0h 30\u00a0min" in text
        assert "3 ready, enough until 3 June 2090" in text

    async def test_when_today_is_posted_tomorrow_comes_first(
        self, asked: Asked, app: App, clock: FakeClock
    ) -> None:
        clock.advance(timedelta(hours=3))
        await post_today(app)
        text = (await asked.page()).text
        assert "Albi" not in text
        assert "Metz, Friday 2 June, 09:00" in text
        assert "published 2090-06-01" in text
        assert "https://fake.example/1" in text

    async def test_a_date_without_a_city_says_what_to_do(self, asked: Asked, app: App) -> None:
        async for each in app.store.unpinned(before=MORNING.date()):
            await app.store.remove(each.id)
        text = (await asked.page()).text
        assert text.count("Nothing may be posted on this date") == 3
        assert "nothing is ready" in text

    async def test_each_is_drawn_once_and_again_when_its_entry_changes(
        self, asked: Asked, app: App, fake: Watched
    ) -> None:
        await asked.page()
        await asked.page()
        assert fake.drawn == ["2090-06-01 Albi", "2090-06-02 Metz", "2090-06-03 Nancy"]
        fake.drawn.clear()
        metz = [each async for each in app.store.unpinned(before=MORNING.date())][1]
        await app.store.update(replace(metz, texts={"fr": "Autre chose."}))
        assert "Autre chose." in (await asked.page()).text
        assert fake.drawn == ["2090-06-02 Metz"]

    async def test_nothing_is_drawn_while_a_post_is_on_its_way(
        self, asked: Asked, app: App, fake: Watched, clock: FakeClock
    ) -> None:
        await app.days.open_now(clock.now())
        text = (await asked.page()).text
        assert fake.drawn == []
        assert text.count("drawn afterwards") == 3
        clock.advance(timedelta(hours=3))
        await post_today(app)
        fake.drawn.clear()
        await asked.page()
        assert fake.drawn == ["2090-06-02 Metz", "2090-06-03 Nancy"]

    @pytest.mark.parametrize(
        ("breaks", "said"),
        [
            (Permanent("Its <photo> is lost."), "Its &lt;photo&gt; is lost."),
            (KeyError("x"), "The preview failed"),
        ],
    )
    async def test_what_cannot_be_drawn_says_why(
        self, asked: Asked, fake: Watched, breaks: Exception, said: str
    ) -> None:
        fake.breaks = breaks
        answer = await asked.page()
        assert answer.status == 200
        assert said in answer.text
        fake.breaks = None
        assert said not in (await asked.page()).text, "it is well again, and nobody would know"

    async def test_its_pictures_are_shown_and_only_the_operator_gets_them(
        self, asked: Asked
    ) -> None:
        (name,) = set(re.findall(r'src="(pictures/[0-9a-f]{64}\.jpg)"', (await asked.page()).text))
        answer = await asked.page(f"/operator/{name}")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "no-store"
        assert (await asked.page(f"/operator/{name}", {})).status == 401
        assert (await asked.page("/operator/pictures/..%2Fcity-a-day.db")).status == 404


class TestHowItStands:
    async def test_what_needs_an_admin_comes_first(
        self, asked: Asked, app: App, fake: Watched, clock: FakeClock
    ) -> None:
        clock.advance(timedelta(hours=3))
        fake.fails["publish"] = [Permanent("The channel is <gone>.")]
        await post_today(app)
        text = (await asked.page()).text
        assert "<b>2090-06-01/fake</b> is failed." in text
        assert "The channel is &lt;gone&gt;." in text
        assert "city-a-day resolve 2090-06-01/fake resend" in text

    async def test_a_hold_and_what_the_last_look_found(
        self, asked: Asked, lookout: Lookout, fake: Watched
    ) -> None:
        fake.fails["check"] = [AuthExpired("Renew the token.")]
        await lookout.look()
        text = (await asked.page()).text
        assert "on hold: Renew the token." in text
        assert "fake: Renew the token." in text

    async def test_without_its_database_it_says_so(self, asked: Asked, app: App) -> None:
        await app.store.close()
        for file in app.settings.data_dir.glob("city-a-day.db*"):
            file.unlink()
        (app.settings.data_dir / "city-a-day.db").mkdir()
        assert (await asked.page()).status == 503
