"""Custom ids: what a button means, read back from what anybody may have sent."""

from datetime import date

import pytest

from bot.admin.asked import Asked
from bot.admin.router import Router, UnknownPress, custom_id, press


class Cog:
    def __init__(self) -> None:
        self.got: list[object] = []

    @press("entry.release")
    async def release(self, asked: Asked, entry: int) -> None:
        self.got.append(entry)

    @press("day.skip", reply="new")
    async def skip(self, asked: Asked, day: date, destination: str) -> None:
        self.got += [day, destination]


class Twin:
    @press("entry.release")
    async def again(self, asked: Asked, entry: int) -> None:
        """Never called."""


@pytest.fixture
def cog() -> Cog:
    return Cog()


@pytest.fixture
def router(cog: Cog) -> Router:
    router = Router()
    router.add(cog)
    return router


async def test_the_handler_gets_what_the_button_was_made_with(router: Router, cog: Cog) -> None:
    nobody: Asked = None  # type: ignore[assignment]
    await router.find(custom_id("entry.release", 17)).run(nobody)
    made = custom_id("day.skip", date(2026, 11, 22), "twitter:en")
    await router.find(made).run(nobody)
    assert cog.got == [17, date(2026, 11, 22), "twitter:en"]


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "|",
        "entry",
        "entry.remove|17",
        "entry.release",
        "entry.release|",
        "entry.release|17|18",
        "entry.release|-1",
        "entry.release|1.5",
        "entry.release| 17",
        "entry.release|\u0661\u0667",
        f"entry.release|{10**30}",
        "day.skip|2026-13-01|discord",
        "day.skip|yesterday|discord",
        "day.skip|0001-01-01|discord",
        "day.skip|9999-12-31|discord",
        "__init__",
        "got",
    ],
)
def test_what_no_button_of_ours_says_is_refused(router: Router, forged: str) -> None:
    with pytest.raises(UnknownPress):
        router.find(forged)


def test_two_handlers_of_one_name_are_found_at_the_start(router: Router) -> None:
    with pytest.raises(ValueError, match=r"entry\.release"):
        router.add(Twin())


def test_a_custom_id_is_never_longer_than_discord_takes() -> None:
    assert len(custom_id("a", "b" * 98)) == 100
    with pytest.raises(ValueError, match="longer than 100"):
        custom_id("a", "b" * 99)
