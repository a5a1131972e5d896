"""SitePublisher: the gallery as a Destination. What a platform's server is elsewhere, a folder is.

Publishing is one create: the day's record, which no second one can replace. A failure before it is
Transient or Permanent; one after it (the pages could not be written) is AmbiguousOutcome, although
the record is the truth: followers may not see the city yet, and the look-up that an ambiguous
outcome brings about writes the pages and gives the Receipt.
"""

import asyncio
import errno
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import structlog
from markupsafe import Markup

from bot.look import Look, Shown
from bot.platform import Surroundings
from bot.publishers.site.day import Day, PagePicture, UnreadableRecord, paragraphs
from bot.publishers.site.gallery import KEPT, DateTaken, Gallery
from bot.publishers.site.pages import Pages
from bot.publishers.site.settings import SiteSettings, gallery_folder
from content.counting import count_characters
from content.images import UnusablePicture
from content.phrase import Phrase, in_a_row
from content.post import Limits, Post, Rendering
from content.render import render
from schedules.clock import Clock
from schedules.errors import AmbiguousOutcome, Permanent, PublishError, Transient
from schedules.publisher import CREATE_TIMEOUT, Account, Prepared, Receipt

# The page shows facts in a list, and the credit as a link: neither need stand in the text.
LIMITS = Limits(
    text=5_000,
    count=count_characters,
    images=4,
    image_bytes=2_000_000,
    image_side=2_048,
    alt=1_000,
    links=False,
    facts=False,
)
TIMEOUT = CREATE_TIMEOUT * 0.8

# What waiting does not mend; a full or failing disk may be well again in a minute.
_LASTING = {
    errno.EACCES: "give the service's user the right to write there",
    errno.EPERM: "give the service's user the right to write there",
    errno.EROFS: "mount it for writing",
    errno.ENOTDIR: "a file is where a folder should be; move it away",
    errno.EISDIR: "a folder is where a file should be; move it away",
    errno.EEXIST: "a file is where a folder should be; move it away",
    errno.ENAMETOOLONG: "choose a shorter data folder",
}
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

T = TypeVar("T")
log = structlog.get_logger()


def build(settings: SiteSettings, around: Surroundings) -> Sequence["SitePublisher"]:
    """The one publisher of a destination: "site" or, with a gallery of its own, "site:other"."""
    folder = gallery_folder(around.data_dir, around.destination)
    first = ":" not in around.destination
    url = settings.url or (around.web_url if first else f"{around.web_url}/{folder.name}")
    return [
        SitePublisher(
            destination=around.destination,
            settings=settings,
            folder=folder,
            url=url,
            clock=around.clock,
        )
    ]


class SitePublisher:
    """Publishes to the gallery in `folder`, which followers see at `url`."""

    visible_after: timedelta | None = timedelta(0)
    limits = LIMITS
    kept = KEPT

    def __init__(
        self,
        *,
        destination: str,
        settings: SiteSettings,
        folder: Path,
        url: str,
        clock: Clock,
        timeout: timedelta = TIMEOUT,
    ) -> None:
        self.destination = destination
        self.language: str = settings.language
        self._url = url
        self._clock = clock
        self._timeout = timeout.total_seconds()
        pages = Pages(name=destination, title=settings.title, url=url, language=settings.language)
        self._pages = pages
        self._gallery = Gallery(folder, pages, LIMITS)
        self.folder = folder

    @property
    def look(self) -> Look:
        """The page's own article, by the page's own template and style."""
        return Look(html=self._card, css=self._pages.card_css)

    def preview(self, post: Post) -> Rendering:
        """Byte for byte what the page will hold."""
        rendering = render(post, LIMITS)
        shown = [post.city.name, rendering.text, *(image.alt for image in rendering.images)]
        if any(_UNSHOWABLE.search(text) for text in shown):
            problem = Phrase(
                "the name, a text or an alt text holds control characters: type it again"
            )
            rendering = replace(rendering, problems=(*rendering.problems, problem))
        return rendering

    async def prepare(self, rendering: Rendering) -> Prepared:
        """Write the pictures and their small versions, which no page shows yet."""
        day = await self._in_thread(lambda: self._day(rendering, key=""), late=Transient)
        return Prepared(rendering=rendering, media=tuple(each.file for each in day.pictures))

    async def publish(self, prepared: Prepared, *, key: str) -> Receipt:
        """Put the day on record, then write the pages. The same `key` again is the same post."""
        day = await self._in_thread(
            lambda: self._publish(prepared.rendering, key), late=AmbiguousOutcome
        )
        return self._receipt(day)

    async def find_existing(
        self,
        rendering: Rendering,
        *,
        key: str,
        since: datetime,
    ) -> Receipt | None:
        """The record of this Publication, with its pages written if they were missing.

        The key alone tells it, whenever it was made.
        """
        try:
            day = await self._in_thread(
                lambda: self._find(rendering.post.date, key), late=Transient
            )
        except Permanent as error:
            # Of a look-up it would say that nothing was created, and that is not known.
            raise Transient(error.user_message) from error
        return self._receipt(day) if day else None

    async def delete(self, remote_id: str) -> None:
        """Take a date's record, page and pictures away."""
        try:
            day = date.fromisoformat(remote_id)
        except ValueError:
            raise Permanent(f"“{remote_id}” is no date, so it is no post of the gallery.") from None
        await self._in_thread(lambda: self._gallery.remove(day), late=Transient)

    async def check(self) -> Account:
        """Whether the folder can be written; the pages are brought up to date on the way."""

        def probe() -> None:
            self._gallery.probe()
            self._gallery.build()

        await self._in_thread(probe, late=Transient)
        return Account(name="gallery", url=f"{self._url}/")

    async def rebuild(self) -> None:
        """Bring the pages up to date with the records, after an update or a crash."""
        await self._in_thread(self._gallery.build, late=Transient)

    async def close(self) -> None:
        """Nothing stays open."""

    def _card(self, shown: Shown) -> Markup:
        rendering = shown.rendering
        originals = rendering.post.pictures[: len(shown.pictures)]
        pictures = (
            PagePicture(
                file=picture.src,
                small_file=picture.src,
                width=picture.image.width,
                height=picture.image.height,
                bytes=len(picture.image.data),
                alt=picture.image.alt,
                credit=original.credit,
            )
            # With problems there may be fewer pictures than originals.
            for picture, original in zip(shown.pictures, originals, strict=False)
        )
        day = Day(
            key="",
            day=rendering.post.date,
            published_at=shown.at,
            language=rendering.post.language,
            city=rendering.post.city,
            caption=paragraphs(rendering),
            pictures=tuple(pictures),
        )
        return Markup(self._pages.card(day))  # noqa: S704 - the templates escape

    def _day(self, rendering: Rendering, key: str) -> Day:
        """The Day of a rendering, its pictures written."""
        if rendering.problems:
            raise Permanent(in_a_row(rendering.problems))
        originals = rendering.post.pictures[: LIMITS.images]
        try:
            pictures = [
                self._gallery.store(image, original.credit)
                for image, original in zip(rendering.images, originals, strict=True)
            ]
        except UnusablePicture as error:
            raise Permanent(f"The picture's small version cannot be made: {error}") from error
        return Day(
            key=key,
            day=rendering.post.date,
            published_at=self._clock.now(),
            language=rendering.post.language,
            city=rendering.post.city,
            caption=paragraphs(rendering),
            pictures=tuple(pictures),
        )

    def _publish(self, rendering: Rendering, key: str) -> Day:
        wanted = self._day(rendering, key)
        try:
            day = self._gallery.create(wanted)
        except DateTaken as taken:
            raise Permanent(
                f"The gallery has a city for {wanted.day} already: {taken}."
                " Delete that one first if this one should take its place."
            ) from taken
        except OSError as error:
            if self._gallery.has(wanted.day):  # on record, though the disk may lose it again
                raise AmbiguousOutcome(self._words(error)) from error
            raise
        log.info("gallery_record_written", destination=self.destination, date=str(day.day))
        try:
            self._gallery.build()
        except OSError as error:
            raise AmbiguousOutcome(
                f"The city is on record, but its pages are not written yet. {self._words(error)}"
            ) from error
        return day

    def _find(self, day: date, key: str) -> Day | None:
        found = self._gallery.find(day)
        if found is None or found.key != key:
            return None
        self._gallery.build()
        return found

    def _receipt(self, day: Day) -> Receipt:
        return Receipt(remote_id=day.day.isoformat(), url=f"{self._url}/{day.name}/")

    async def _in_thread(self, work: Callable[[], T], *, late: type[PublishError]) -> T:
        """Do the work beside the event loop; what goes wrong there becomes a PublishError.

        A thread cannot be stopped: work that hangs in the file system is left behind after the
        timeout, and `late` says what that means.
        """
        try:
            async with asyncio.timeout(self._timeout):
                return await asyncio.to_thread(work)
        except TimeoutError as error:
            raise late(
                f"Writing to {self._gallery.root} took longer than {self._timeout:g} seconds:"
                " see whether its disk is in order."
            ) from error
        except UnreadableRecord as error:
            raise Permanent(
                f"A record in {self._gallery.root / 'days'} cannot be read; it is damaged or from"
                f" a newer version. Put it back from a backup. {error}"
            ) from error
        except OSError as error:
            kind = Permanent if error.errno in _LASTING else Transient
            raise kind(self._words(error)) from error

    def _words(self, error: OSError) -> str:
        advice = _LASTING.get(error.errno or 0, "make room there, or see whether its disk is well")
        return (
            f"The gallery's folder {self._gallery.root} cannot be written"
            f" ({error.strerror or error}): {advice}."
        )
