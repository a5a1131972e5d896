"""Makes the pictures of the README and docs/discord.md anew: `python -m tests.screenshots`.

Clock, cities and accounts are fixed, the pictures are views from orbit: what changes is the look.
`--all FOLDER` writes there, as PNG, every page at phone and desktop width, in light and dark, to be
looked at; with the photos too that lie beside a developer's clone.
"""

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import aiohttp
from PIL import Image

from bot.logs import set_up_logs
from bot.operations.publishing import next_entry
from bot.testing import sample_picture
from bot.web_operator import USER
from tests.browser.chromium import Page, Scheme, chromium_program, opened_page, running_chromium
from tests.browser.scene import (
    PASSWORD,
    photo,
    post_days,
    scene,
    served,
    with_photos,
    write_preview,
)
from tests.discord_pictures.drawing import WIDTH
from tests.discord_pictures.scenes import EVERYWHERE, ON_X, Picture, at_work

DOCS = Path(__file__).parents[1] / "docs"
LARGEST, LARGEST_OF_DISCORD = 300_000, 150_000
"""Bytes of a picture in the README, and of one in docs/discord.md."""
PHONE, DESKTOP = 390, 1280
WANTED_SIGN = "1f4f7"
"""The camera of the credit line."""


async def make(page: Page, work: Path) -> None:
    """The pictures of the README."""
    async with scene(work / "gallery", destinations=["site"]) as (app, clock):
        await post_days(app, clock, 1)
        async with served(app) as url:
            await page.show(f"{url}/", width=1200, height=1190, scale=0.8)
            _save(await page.picture(whole=False), DOCS / "gallery.jpg")
    async with scene(work / "preview") as (app, clock):
        _, entry = await next_entry(app)
        await page.show(await write_preview(app, entry, work / "page"), width=DESKTOP)
        # The gallery has a picture of its own. Two frames, and the page knows its new height.
        await page.ask(
            "document.querySelector('[aria-label=site]').remove(), new Promise("
            "done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"
        )
        _save(await page.picture(), DOCS / "preview.jpg")
        await post_days(app, clock, 1)
        async with served(app) as url:
            await page.call("Network.setExtraHTTPHeaders", headers=login())
            await page.show(f"{url}/operator/", width=DESKTOP, height=1000, scheme="dark")
            _save(await page.picture(whole=False), DOCS / "operator.jpg")
            await page.call("Network.setExtraHTTPHeaders", headers={})
    await _make_discord(page, work / "x", ("twitter",), ON_X)
    await _make_discord(page, work / "discord", ("site", "twitter", "discord"), EVERYWHERE)


async def _make_discord(
    page: Page, work: Path, destinations: Sequence[str], pictures: Mapping[str, Picture]
) -> None:
    """What the bot answers, drawn as Discord shows it, as sharp as is small enough."""
    async with at_work(work / "data", *destinations) as admin:
        for name, draw in pictures.items():
            drawn, path = work / f"{name}.html", DOCS / f"{name}.jpg"
            drawn.write_text(await draw(admin), "utf-8")
            for scale in (1.5, 1.25, 1.0):
                await page.show(drawn.as_uri(), width=WIDTH, height=100, scale=scale)
                if _saved(await page.picture(), path, largest=LARGEST_OF_DISCORD, worst=65):
                    break
            else:
                raise SystemExit(f"{path.name} does not fit {LARGEST_OF_DISCORD:,} bytes")


async def make_all(page: Page, work: Path, folder: Path) -> None:
    """Every page, in each width and scheme."""

    async def take(name: str, url: str) -> None:
        for width, kind in ((PHONE, "phone"), (DESKTOP, "desktop")):
            schemes: tuple[Scheme, ...] = ("light", "dark")
            for scheme in schemes:
                await page.show(url, width=width, scheme=scheme)
                (folder / f"{name}-{kind}-{scheme}.png").write_bytes(await page.picture())
                for flaw in await page.flaws():
                    sys.stderr.write(f"{name}-{kind}-{scheme}: {flaw}\n")
                page.complaints.clear()

    async with scene(work / "all") as (app, clock):
        _, entry = await next_entry(app)
        for name, pictures in _picture_sets():
            shown = with_photos(app, entry, *((data, f"Une image : {name}.") for data in pictures))
            await take(f"preview-{name}", await write_preview(app, shown, work / name))
        with_photo = with_photos(app, entry, (_landsat(), "Une ville et son fleuve."))
        await app.store.update(with_photo)
        await post_days(app, clock, 3)
        async with served(app) as url:
            await page.call("Network.setExtraHTTPHeaders", headers=login())
            await take("operator", f"{url}/operator/")
            await page.call("Network.setExtraHTTPHeaders", headers={})
            await take("gallery", f"{url}/")
            await take("day", f"{url}/2026-11-19-le-mans/")


def _landsat() -> bytes:
    return photo("foz-do-iguacu_landsat8_2020-05-18.jpg") or sample_picture(2041, 1860)


def _picture_sets() -> list[tuple[str, list[bytes]]]:
    """The view from orbit (none), and what platforms crop in one way or another."""
    portrait = photo("paris_ISS043-E-93480.jpg") or sample_picture(1000, 1500)
    wide, square = sample_picture(2400, 800), _landsat()
    return [
        ("orbit", []),
        ("portrait", [portrait]),
        ("panorama", [wide]),
        ("two", [portrait, square]),
        ("three", [square, portrait, wide]),
        ("four", [square, portrait, wide, square]),
    ]


def login() -> dict[str, str]:
    """What the operator's browser sends."""
    return {"Authorization": aiohttp.encode_basic_auth(USER, PASSWORD)}


def _save(png: bytes, path: Path) -> None:
    """As JPEG, in the best quality that is small enough."""
    if not _saved(png, path, largest=LARGEST, worst=45):
        raise SystemExit(f"{path.name} does not fit {LARGEST:,} bytes")


def _saved(png: bytes, path: Path, *, largest: int, worst: int) -> bool:
    picture = Image.open(BytesIO(png)).convert("RGB")
    for quality in range(90, worst - 1, -5):
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality, subsampling=0, optimize=True, progressive=True)
        if out.tell() <= largest:
            path.write_bytes(out.getvalue())
            sys.stdout.write(f"{path.name}: {picture.size}, {out.tell():,} bytes, q{quality}\n")
            return True
    return False


def _see_that_fonts_are_there() -> None:
    """A README with boxes for letters would be worse than an old one."""
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return
    for wanted, package in (
        (f":charset={WANTED_SIGN}", "fonts-noto-color-emoji"),
        ("P052", "fonts-urw-base35"),
    ):
        if not subprocess.run([fc_list, wanted], capture_output=True, check=True).stdout:
            raise SystemExit(f"A font is missing (Debian: apt-get install {package})")


async def _run(work: Callable[[Page], Awaitable[None]]) -> None:
    program = chromium_program()
    if program is None:
        raise SystemExit("No Chromium is installed (Debian: apt-get install chromium)")
    with running_chromium(program) as devtools:
        async with opened_page(devtools) as page:
            await work(page)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="all pages, to be looked at")
    folder: Path | None = parser.parse_args().all
    set_up_logs("error")
    _see_that_fonts_are_there()
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:

        async def take(page: Page) -> None:
            if folder is None:
                await make(page, Path(work))
            else:
                await make_all(page, Path(work), folder)

        asyncio.run(_run(take))


if __name__ == "__main__":
    main()
