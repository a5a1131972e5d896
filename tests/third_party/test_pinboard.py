"""A publisher in a package of its own: held to the suite, installed and enabled as a user would.

What it needs of the project is in `docs/publishers.md`, whose excerpts are held to the real code.
"""

import asyncio
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

import pytest

from bot.registry import build_publishers
from bot.testing import KEY, Delivered, Failure, PublisherContract, surroundings
from schedules.errors import AuthExpired
from schedules.publisher import Publisher
from tests.third_party.pinboard_server import OWNER, TOKEN, PinboardServer

PACKAGE = Path(__file__).parent / "city-a-day-pinboard"
GUIDE = Path(__file__).parents[2] / "docs" / "publishers.md"


CORKBOARD = """
from bot.look import Look
from bot.platform import Platform, PublisherSettings
from content.post import Limits
from content.render import render


class Corkboard:
    language = "fr"
    visible_after = None
    limits = Limits(text=99, count=len, images=1, image_bytes=10**6, image_side=999, alt=99)
    look = Look(
        html=lambda shown: f"<i>pinned to {shown.destination}</i>",
        css="& { background: light-dark(wheat, sienna); }",
    )

    def __init__(self, destination):
        self.destination = destination

    def preview(self, post):
        return render(post, self.limits)

    async def close(self):
        pass


platform = Platform(
    settings=PublisherSettings, build=lambda _, around: [Corkboard(around.destination)]
)
"""


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that pip installed the package into; built from a copy, since building litters.

    The test processes of a run share it: the first one that wants it makes it.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "third-party"
    folder.mkdir(exist_ok=True)
    target, done = folder / "site", folder / "done"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            litter = shutil.ignore_patterns("build", "*.egg-info", "__*__")
            source = shutil.copytree(PACKAGE, folder / "pinboard", ignore=litter)
            options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
            pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *options]
            subprocess.run([*pip, "--target", target, source], check=True)
            done.touch()
    return target


@pytest.fixture
async def server() -> AsyncIterator[PinboardServer]:
    async with PinboardServer() as server:
        yield server


@asynccontextmanager
async def built(server: PinboardServer, *, patience: float) -> AsyncIterator[Publisher]:
    """Built as the service builds it, through the door."""
    settings = {"pinboard": {"token": TOKEN, "url": server.url, "timeout": str(patience)}}
    publisher = build_publishers(["pinboard"], settings, surroundings("pinboard"))["pinboard"]
    yield publisher
    await publisher.close()


@pytest.fixture
async def publisher(
    server: PinboardServer, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Publisher]:
    monkeypatch.syspath_prepend(installed)
    async with built(server, patience=10) as publisher:
        yield publisher


@pytest.fixture
async def impatient(
    server: PinboardServer, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Publisher]:
    """For a server that never answers; the others wait longer, as a busy machine is no failure."""
    monkeypatch.syspath_prepend(installed)
    async with built(server, patience=0.5) as publisher:
        yield publisher


@dataclass
class PinboardHarness:
    publisher: Publisher
    impatient: Publisher
    server: PinboardServer
    secrets: Sequence[str] = (TOKEN,)
    failures: frozenset[Failure] = frozenset(Failure)

    @property
    def creates(self) -> int:
        return self.server.creates

    def delivered(self) -> Sequence[Delivered]:
        return self.server.delivered()

    def fail_next_create(self, failure: Failure) -> None:
        self.server.fail_next_create(failure)

    def fail_next_look_up(self) -> None:
        self.server.fail_next(lambda asked: asked.method == "GET", Failure.SERVER_ERROR_BEFORE)

    def post_as_another_author(self, text: str) -> None:
        self.server.pin_as_stranger(text, reference=KEY)


class TestPinboard(PublisherContract):
    @pytest.fixture
    def harness(
        self, server: PinboardServer, publisher: Publisher, impatient: Publisher
    ) -> PinboardHarness:
        return PinboardHarness(publisher=publisher, impatient=impatient, server=server)


async def test_a_token_that_may_only_read_does_not_pass_the_check(
    server: PinboardServer, publisher: Publisher
) -> None:
    server.may_pin = False
    with pytest.raises(AuthExpired, match="may only read"):
        await publisher.check()


@dataclass(frozen=True, kw_only=True)
class Ran:
    code: int
    out: str
    err: str


async def city_a_day(*arguments: str, packages: Path, **settings: str) -> Ran:
    """The installed command in a data folder of its own, with `packages` installed beside it."""
    ours = {f"CITY_A_DAY_{name}": value for name, value in settings.items()}
    others = {k: v for k, v in os.environ.items() if not k.startswith("CITY_A_DAY_")}
    command = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("city-a-day"),
        *arguments,
        env=others | ours | {"PYTHONPATH": str(packages)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await command.communicate()
    return Ran(code=command.returncode or 0, out=out.decode(), err=err.decode())


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """In a folder without a .env file, a service that posts to its gallery only."""
    monkeypatch.chdir(tmp_path)
    return {"DATA_DIR": str(tmp_path / "data"), "DESTINATIONS": "site"}


@pytest.fixture
def with_pinboard(service: dict[str, str]) -> dict[str, str]:
    """The pinboard too, as an operator enables it."""
    return service | {
        "DESTINATIONS": "site,pinboard",
        "PINBOARD__TOKEN": TOKEN,
        "PINBOARD__URL": "https://pinboard.example",
    }


def publisher_package(folder: Path, name: str, code: str) -> Path:
    """The folder as pip leaves it after installing a publisher whose module has this code."""
    module, about = f"city_a_day_{name}", folder / f"city_a_day_{name}-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / f"{module}.py").write_text(code)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        f"[city_a_day.publishers]\n{name} = {module}:platform\n"
    )
    return folder


async def test_installed_and_enabled_it_previews_a_post(
    installed: Path, with_pinboard: dict[str, str]
) -> None:
    command = ("preview", "--destination", "pinboard", "--json", "--html")
    ran = await city_a_day(*command, packages=installed, **with_pinboard)
    assert ran.code == 0, ran.err
    (row,) = json.loads(ran.out)
    assert (row["destination"], row["limit"], row["problems"]) == ("pinboard", 500, [])
    assert row["text"].startswith("#UnJourUneVille")
    assert max(row["images"][0]["width"], row["images"][0]["height"]) <= 2048
    html = Path(row["page"]).read_text("utf-8")  # noqa: ASYNC240 - a small file, at the end
    assert "this is a plain card" in html, "it has no look of its own"
    assert '<span class="special">#UnJourUneVille</span>' in html
    assert " of 500</span>" in html
    assert 'src="pinboard-1.jpg"' in html


async def test_a_publisher_may_have_a_look_of_its_own(
    tmp_path: Path, service: dict[str, str]
) -> None:
    packages = publisher_package(tmp_path / "packages", "corkboard", CORKBOARD)
    service["DESTINATIONS"] = "corkboard"
    ran = await city_a_day("preview", "--html", packages=packages, **service)
    assert ran.code == 0, ran.err
    html = Path(ran.out.strip()).read_text("utf-8")  # noqa: ASYNC240 - a small file, at the end
    assert "&lt;i&gt;pinned to corkboard&lt;/i&gt;" in html, "a look's plain text is escaped"
    assert "& { background: light-dark(wheat, sienna); }" in html


async def test_installed_and_enabled_its_credentials_are_checked(
    installed: Path, with_pinboard: dict[str, str], server: PinboardServer
) -> None:
    with_pinboard["PINBOARD__URL"] = server.url
    ran = await city_a_day("check", "--json", packages=installed, **with_pinboard)
    findings = {row["subject"]: row for row in json.loads(ran.out)}
    assert findings["pinboard"]["ok"] is True
    assert OWNER in findings["pinboard"]["message"]
    assert server.paths == ["GET /me"]


async def test_a_setting_that_it_lacks_stops_the_start_by_name(
    installed: Path, with_pinboard: dict[str, str]
) -> None:
    del with_pinboard["PINBOARD__TOKEN"]
    ran = await city_a_day("calendar", packages=installed, **with_pinboard)
    assert ran.code == 2
    assert "CITY_A_DAY_PINBOARD__TOKEN: is not set" in ran.err


async def test_a_broken_publisher_that_is_enabled_stops_the_start_by_name(
    tmp_path: Path, service: dict[str, str]
) -> None:
    packages = publisher_package(tmp_path / "packages", "broken", "import no_such_library")
    service["DESTINATIONS"] = "site,broken"
    ran = await city_a_day("calendar", packages=packages, **service)
    assert ran.code == 2
    assert "'broken' (city_a_day_broken:platform) cannot be loaded" in ran.err
    assert "no_such_library" in ran.err
    assert "Traceback" not in ran.err


async def test_a_publisher_that_is_not_enabled_is_never_imported(
    tmp_path: Path, service: dict[str, str]
) -> None:
    packages = publisher_package(tmp_path / "packages", "trap", "raise SystemExit('imported')")
    ran = await city_a_day("calendar", packages=packages, **service)
    assert ran.code == 0, ran.err
    service["DESTINATIONS"] = "trap"
    ran = await city_a_day("calendar", packages=packages, **service)
    assert "imported" in ran.err, "nothing was proved: the trap is not where it would be imported"


@pytest.mark.parametrize(
    ("language", "sources"),
    [
        ("python", [PACKAGE / "src/city_a_day_pinboard/__init__.py", Path(__file__)]),
        ("toml", [PACKAGE / "pyproject.toml"]),
    ],
)
def test_the_guide_shows_the_real_code(language: str, sources: Sequence[Path]) -> None:
    shown = re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    code = "\n".join(source.read_text("utf-8") for source in sources)
    assert shown
    assert [each for each in shown if each not in code and indent(each, "    ") not in code] == []
