"""What a browser finds of the pages: nothing sticks out, and no picture is missing."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.operations.publishing import next_entry
from bot.testing import sample_picture
from bot.web_operator import USER
from content.entry import Entry
from content.gazetteer import Gazetteer
from tests.browser.chromium import Page, Scheme
from tests.browser.scene import (
    PASSWORD,
    give_photos,
    photo,
    post_days,
    scene,
    served,
    with_photos,
    write_preview,
)

PHONE, DESKTOP = 390, 1280
WIDTHS_AND_SCHEMES: Sequence[tuple[int, Scheme]] = ((PHONE, "light"), (DESKTOP, "dark"))
PORTRAIT, PANORAMA, SQUARE = (
    sample_picture(*size) for size in ((400, 800), (1000, 330), (400, 400))
)
HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    f" {'longword' * 40} https://example.org/{'deep/' * 40} </style><style>p{{display:none}}"
)


async def whole(page: Page, url: str) -> None:
    """Nothing is wrong with a page, on a phone in daylight and on a desk at night."""
    for width, scheme in WIDTHS_AND_SCHEMES:
        await page.show(url, width=width, scheme=scheme)
        assert await page.flaws() == [], (width, scheme)


@pytest.mark.parametrize(
    "pictures",
    [(), (PORTRAIT,), (PANORAMA, PORTRAIT), (SQUARE, PORTRAIT, PANORAMA)],
    ids=["orbit", "portrait", "two", "three"],
)
async def test_a_preview_fits_a_phone_and_a_desk_and_asks_for_nothing_but_its_files(
    page: Page, tmp_path: Path, pictures: Sequence[bytes]
) -> None:
    async with scene(tmp_path / "data") as (app, _):
        _, entry = await next_entry(app)
        shown = with_photos(app, entry, *((data, "Une vue.") for data in pictures))
        await whole(page, await write_preview(app, shown, tmp_path))
    assert {url.rpartition("/")[0] for url in page.asked} == {tmp_path.as_uri()}


async def test_each_post_is_there_in_light_and_in_dark_side_by_side(
    page: Page, tmp_path: Path
) -> None:
    async with scene(tmp_path / "data") as (app, _):
        _, entry = await next_entry(app)
        url = await write_preview(app, entry, tmp_path)
    await page.show(url, width=DESKTOP)
    frames = await page.ask(
        "[...document.querySelectorAll('.frame')].map(each => { const box ="
        " each.getBoundingClientRect(); return [box.width, box.top,"
        " getComputedStyle(each.querySelector('.post')).backgroundColor] })"
    )
    light, dark = frames[0::2], frames[1::2]
    assert len(light) == len(dark) == 3
    assert {width for width, _, _ in frames} == {PHONE}
    assert [top for _, top, _ in light] == [top for _, top, _ in dark]
    assert "rgb(255, 255, 255)" in [colour for _, _, colour in light]
    assert "rgb(0, 0, 0)" in [colour for _, _, colour in dark]


@pytest.mark.skipif(photo("paris_ISS043-E-93480.jpg") is None, reason="the photos are not there")
async def test_a_real_photo_that_is_taller_than_x_shows_is_cropped_as_there(
    page: Page, tmp_path: Path
) -> None:
    data = photo("paris_ISS043-E-93480.jpg", side=600)
    assert data is not None
    async with scene(tmp_path / "data", destinations=["twitter"]) as (app, _):
        _, entry = await next_entry(app)
        shown = with_photos(app, entry, (data, "Paris, la nuit."))
        await whole(page, await write_preview(app, shown, tmp_path))
    width, height, natural = await page.ask(
        "(() => { const each = document.images[0], box = each.getBoundingClientRect();"
        " return [box.width, box.height, each.naturalHeight / each.naturalWidth] })()"
    )
    assert natural == pytest.approx(1.5, abs=0.01)
    assert height / width == pytest.approx(4 / 3, abs=0.01)


async def test_what_comes_from_outside_is_text_in_a_preview(page: Page, tmp_path: Path) -> None:
    name = "Le <b>Mans</b> \u202e&amp;"
    city = replace(Gazetteer().find("Le Mans"), name=name, department="", region="")
    entry = Entry(city=city, texts={"fr": HOSTILE, "en": "مدينة"})
    async with scene(tmp_path / "data") as (app, _):
        shown = with_photos(app, entry, (SQUARE, HOSTILE))
        await whole(page, await write_preview(app, shown, tmp_path))
    assert await page.ask("document.title") == f"{name} · preview"
    assert await page.ask("document.scripts.length") == 0
    assert await page.ask("document.querySelectorAll('b b, [onerror]').length") == 0
    assert "<script>document.title='owned'</script>" in await page.ask("document.body.innerText")


async def test_the_operators_page_fits_and_is_readable_in_both_schemes(
    page: Page, tmp_path: Path
) -> None:
    async with scene(tmp_path) as (app, clock):
        await give_photos(app, 4, (SQUARE, "Une vue."))
        await post_days(app, clock, 1)
        async with served(app) as url:
            secret = aiohttp.encode_basic_auth(USER, PASSWORD)
            await page.call("Network.setExtraHTTPHeaders", headers={"Authorization": secret})
            await whole(page, f"{url}/operator/")
            assert await page.ask("document.querySelectorAll('.post').length") == 9
            assert {asked.startswith(f"{url}/") for asked in page.asked} == {True}
            backgrounds = set()
            for scheme in ("light", "dark"):
                await page.show(f"{url}/operator/", width=PHONE, scheme=scheme)
                backgrounds.add(await page.ask("getComputedStyle(document.body).backgroundColor"))
            assert len(backgrounds) == 2


async def test_the_gallerys_pages_fit(page: Page, tmp_path: Path) -> None:
    async with scene(tmp_path, destinations=["site"]) as (app, clock):
        data = photo("foz-do-iguacu_landsat8_2020-05-18.jpg", side=500) or PORTRAIT
        await give_photos(app, 2, (data, "Une vue."), (PANORAMA, "Une autre."))
        await post_days(app, clock, 2)
        async with served(app) as url:
            for path in ("/", "/2026-11-20-le-mans/", "/2026-11-21-carcassonne/"):
                await whole(page, url + path)


async def test_a_page_that_is_wrong_is_found_out(page: Page, tmp_path: Path) -> None:
    """The check can fail: sideways scrolling, a lost picture, a complaint of the browser."""
    (tmp_path / "wrong.html").write_text(
        "<!doctype html><meta http-equiv=Content-Security-Policy content=\"script-src 'none'\">"
        "<script>1</script><div class=post style='width:9px'><p style='width:900px'>Wide</p></div>"
        "<img src=gone.jpg>",
        encoding="utf-8",
    )
    await page.show((tmp_path / "wrong.html").as_uri(), width=PHONE)
    found = " ".join(await page.flaws())
    for flaw in (
        "scrolls sideways",
        "no picture",
        "outside the page",
        "outside its card",
        "Content Security Policy",
    ):
        assert flaw in found
