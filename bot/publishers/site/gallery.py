"""Gallery: the records, pictures and pages of one folder. Its records are the truth.

`days/<date>.json` is written once and never replaced: that is what publishing means here, and what
keeps a date to one city. Pages are made from the records, and made again whenever they differ.
Every method raises OSError, may take seconds, and belongs into a thread.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import structlog

from bot.publishers.site.day import Day, PagePicture, UnreadableRecord, from_json, to_json
from bot.publishers.site.folder import Folder
from bot.publishers.site.pages import Pages
from content.credit import Credit
from content.images import derive
from content.post import DerivedImage, Limits

BUILT = ".built.json"
KEPT = ("days/*.json", "pictures/*.jpg")
"""What pages are made from."""
SMALL_SIDE = 800
SMALL_BYTES = 160_000

log = structlog.get_logger()


class DateTaken(Exception):
    """The date has a city already, and it is another Publication's."""


@dataclass(frozen=True, kw_only=True)
class _Record:
    """A Day, and the digest of the file it was read from."""

    day: Day
    digest: str


class Gallery:
    """The gallery in `root`, with the pages that `pages` makes."""

    def __init__(self, root: Path, pages: Pages, limits: Limits) -> None:
        self.root = root
        self._folder = Folder(root)
        self._pages = pages
        self._small = replace(limits, image_side=SMALL_SIDE, image_bytes=SMALL_BYTES)

    def store(self, image: DerivedImage, credit: Credit) -> PagePicture:
        """Write a picture and its small version, if they are not there yet.

        Raises content.images.UnusablePicture.
        """
        name = sha256(image.data).hexdigest()
        file, small_file = f"pictures/{name}.jpg", f"pictures/{name}-small.jpg"
        with self._folder.locked():
            self._folder.write(file, image.data, durable=True)
            if not self._folder.has(small_file):
                small = derive(image.data, self._small, image.alt)
                self._folder.write(small_file, small.data, durable=True)
        return PagePicture(
            file=file,
            small_file=small_file,
            width=image.width,
            height=image.height,
            bytes=len(image.data),
            alt=image.alt,
            credit=credit,
        )

    def find(self, day: date) -> Day | None:
        """The record of a date. Raises UnreadableRecord."""
        try:
            return from_json(self._folder.read(_record(day)))
        except FileNotFoundError:
            return None

    def has(self, day: date) -> bool:
        """Whether the date is on record, readable or not."""
        return self._folder.has(_record(day))

    def create(self, day: Day) -> Day:
        """Put the Day on record, unless its Publication is there already; the Day on record.

        Raises DateTaken and UnreadableRecord. The pages are `build`'s work.
        """
        with self._folder.locked():
            try:
                self._folder.create(_record(day.day), to_json(day))
            except FileExistsError:
                there = from_json(self._folder.read(_record(day.day)))
                if there.key != day.key:
                    raise DateTaken(there.city.name) from None
                return there
        return day

    def remove(self, day: date) -> None:
        """Take a date's record, pages and pictures away. One that is already gone is a success."""
        with self._folder.locked():
            try:
                gone = from_json(self._folder.read(_record(day))).pictures
            except (FileNotFoundError, UnreadableRecord):
                gone = ()
            self._folder.remove(_record(day))
            records = self._build()
            used = {name for each in records.values() for name in _files(each.day.pictures)}
            for name in set(_files(gone)) - used:
                self._folder.remove(name)

    def build(self) -> None:
        """Bring the pages up to date with the records. Costs little when they are."""
        with self._folder.locked():
            self._build()

    def probe(self) -> None:
        """Raise OSError if the folder cannot be written."""
        with self._folder.locked():
            self._folder.write(".probe", b"", durable=False)
            self._folder.remove(".probe")

    def _build(self) -> Mapping[date, _Record]:
        """Write what differs, the front page last; what was built last is remembered in `BUILT`.

        After a crash on the way `BUILT` still names the state before, and the work is done again.
        """
        records = self._records()
        wanted = _inputs(records)
        built = self._built()
        before = built or {}
        changed = {each for each in wanted if wanted[each] != before.get(each)}
        missing = {each for each in wanted if not self._folder.has(f"{each}/index.html")}
        stale = changed | missing
        if not stale and wanted == built and self._folder.has("index.html"):
            return records
        # The first build after an update writes every page: too many to wait for the disk at each.
        durable = bool(built) or len(records) < 100
        days = [record.day for record in reversed(records.values())]
        for index, day in enumerate(days):
            if day.name in stale:
                page = self._pages.day(days, index)
                self._folder.write(f"{day.name}/index.html", page, durable=durable)
        lists = self._pages.lists(days)
        for name, page in lists.items():
            self._folder.write(name, page, durable=durable)
        self._remove_strays(wanted, lists)
        self._folder.write(BUILT, self._remembered(wanted), durable=durable)
        log.info("gallery_built", folder=str(self.root), days=len(days), written=len(stale))
        return records

    def _records(self) -> dict[date, _Record]:
        """All records, oldest first. One that cannot be read is left out, and logged."""
        records = {}
        for name in self._folder.names("days/*.json"):
            data = self._folder.read(name)
            try:
                day = from_json(data)
            except UnreadableRecord as error:
                file = str(self.root / name)
                log.warning("gallery_record_unreadable", file=file, error=str(error))
                continue
            records[day.day] = _Record(day=day, digest=sha256(data).hexdigest()[:16])
        return records

    def _remove_strays(self, wanted: Mapping[str, object], lists: Mapping[str, bytes]) -> None:
        """Take away the pages that no record wants any more."""
        for name in self._folder.names("[0-9]*-[0-9]*-[0-9]*/"):
            if name not in wanted:
                self._folder.remove(name)
        for name in self._folder.names("page/*/"):
            if f"{name}/index.html" not in lists:
                self._folder.remove(name)

    def _built(self) -> dict[str, list[str]] | None:
        """What the pages were last built from; None if their look has changed since."""
        try:
            found = json.loads(self._folder.read(BUILT))
        except (FileNotFoundError, ValueError):
            return None
        if not isinstance(found, dict) or found.get("look") != self._pages.look:
            return None
        days = found.get("days")
        return days if isinstance(days, dict) else None

    def _remembered(self, inputs: Mapping[str, list[str]]) -> bytes:
        return json.dumps({"look": self._pages.look, "days": inputs}).encode()


def _inputs(records: Mapping[date, _Record]) -> dict[str, list[str]]:
    """For each day's page, what it is made from: its own record and its neighbours'."""
    digests = ["", *(record.digest for record in records.values()), ""]
    around = zip(records.values(), digests, digests[1:], digests[2:], strict=False)
    return {record.day.name: [*three] for record, *three in around}


def _record(day: date) -> str:
    return f"days/{day.isoformat()}.json"


def _files(pictures: Iterable[PagePicture]) -> Sequence[str]:
    return [name for each in pictures for name in (each.file, each.small_file)]
