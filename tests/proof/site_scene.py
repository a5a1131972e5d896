"""The gallery: its platform is a folder, so that what fails is the file system."""

import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.end_to_end.service import today
from tests.proof.deaths import FILLER, fill
from tests.proof.scene import Failure, Moment, Platform, Scene, common_settings
from tests.proof.service import Service

CITY = "le-mans"
DISK = "size=2m"


class SiteScene:
    destination = "site"
    restart = False

    def __init__(self, folder: Path) -> None:
        self.fills: Path | None = None
        self._gallery = folder / "data" / "site"
        self._elsewhere = folder / "elsewhere"
        self._heals: list[Callable[[], object]] = []
        self._mounted = False
        self._fifo = self._gallery / f"{today()}-{CITY}" / "index.html"

    def take_restart(self) -> bool:
        return False

    def settings(self) -> dict[str, str]:
        return common_settings(self.destination)

    def posts(self) -> Sequence[str]:
        return [path.stem for path in sorted(self._gallery.glob("days/*.json"))]

    def complaints(self) -> Sequence[str]:
        pages = {path.parent.name[:10] for path in self._gallery.glob("*-*-*/index.html")}
        return [f"{day} has no page" for day in self.posts() if day not in pages]

    def will_die_at(self, moment: Moment) -> None:
        """A pipe in the place of the day's page holds the writing of the pages up."""
        assert moment is Moment.ACTED
        self._fifo.parent.mkdir(exist_ok=True)
        os.mkfifo(self._fifo)

    async def kill_at(self, moment: Moment, service: Service) -> None:
        raise NotImplementedError("the log says when")

    async def after_death(self) -> None:
        self._fifo.unlink(missing_ok=True)

    async def heal(self) -> None:
        if self.fills is not None and not (self._gallery / FILLER).exists():
            return  # what was met was something else
        self.fills = None
        for mend in self._heals:
            mend()
        self._heals.clear()

    def unmount(self) -> None:
        if self._mounted:
            _run("umount", "-l", str(self._gallery))

    def full(self) -> None:
        self._on_a_disk_of_its_own()
        fill(self._gallery)
        self._heals.append((self._gallery / FILLER).unlink)

    def full_at_the_record(self) -> None:
        self._on_a_disk_of_its_own()
        self.fills = self._gallery
        self._heals.append((self._gallery / FILLER).unlink)

    def full_all_day(self) -> None:
        self._on_a_disk_of_its_own()
        fill(self._gallery)

    def read_only(self) -> None:
        self._on_a_disk_of_its_own()
        _run("mount", "-o", "remount,ro", str(self._gallery))
        self._heals.append(lambda: _run("mount", "-o", f"remount,rw,{DISK}", str(self._gallery)))

    def file_in_the_way(self) -> None:
        (self._gallery / "days").write_text("in the way")
        self._heals.append((self._gallery / "days").unlink)

    def page_in_the_way(self) -> None:
        """A folder where the front page should be: the record is written, the pages are not."""
        page = self._gallery / "index.html"
        page.unlink()
        page.mkdir()
        self._heals.append(page.rmdir)

    def gone(self) -> None:
        """As a disk that is not mounted: a link that leads nowhere."""
        self._gallery.rename(self._elsewhere)
        self._gallery.symlink_to("nowhere")

        def back() -> None:
            self._gallery.unlink()
            self._elsewhere.rename(self._gallery)

        self._heals.append(back)

    def _on_a_disk_of_its_own(self) -> None:
        self._gallery.rename(self._elsewhere)
        self._gallery.mkdir()
        _run("mount", "-t", "tmpfs", "-o", DISK, "city-a-day", str(self._gallery))
        self._mounted = True
        _run("cp", "-a", f"{self._elsewhere}/.", str(self._gallery))


@asynccontextmanager
async def site_scene(folder: Path, clock: Path) -> AsyncIterator[Scene]:
    scene = SiteScene(folder)
    try:
        yield scene
    finally:
        scene.unmount()


@cache
def can_mount() -> bool:
    """Whether this user may mount a disk: otherwise none can be made full or read-only."""
    with TemporaryDirectory() as folder, _mounted(Path(folder)) as mounted:
        return mounted


@contextmanager
def _mounted(folder: Path) -> Iterator[bool]:
    try:
        _run("mount", "-t", "tmpfs", "-o", DISK, "city-a-day", str(folder))
    except (OSError, subprocess.CalledProcessError):
        yield False
        return
    yield True
    _run("umount", "-l", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _does(action: Callable[[SiteScene], None]) -> Callable[[Scene], None]:
    def of_this_scene(scene: Scene) -> None:
        assert isinstance(scene, SiteScene)
        action(scene)

    return of_this_scene


def site() -> Platform:
    """The gallery's table, with the failures that can be made real here."""
    disks = (
        Failure(name="disk full (ENOSPC)", strike=_does(SiteScene.full)),
        Failure(
            name="disk full, at the record",
            strike=_does(SiteScene.full_at_the_record),
            at_create=True,
        ),
        Failure(name="disk full, all day", strike=_does(SiteScene.full_all_day), all_day=True),
        Failure(name="folder read-only (EROFS)", strike=_does(SiteScene.read_only)),
    )
    without = "Disk full and read-only: left out, this user may not mount a disk."
    return Platform(
        name="site",
        scene=site_scene,
        failures=(
            Failure(name="none", strike=lambda scene: None),
            *(disks if can_mount() else ()),
            Failure(
                name="a file where the records belong",
                strike=_does(SiteScene.file_in_the_way),
                at_create=True,
            ),
            Failure(
                name="a folder where the front page belongs",
                strike=_does(SiteScene.page_in_the_way),
                at_create=True,
            ),
            Failure(name="folder gone, as if not mounted", strike=_does(SiteScene.gone)),
        ),
        moments=frozenset({Moment.ACTED}),
        notes=() if can_mount() else (without,),
    )
