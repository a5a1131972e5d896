"""Posts: an Entry's texts and its pictures' bytes, brought together."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from threading import Lock

import structlog

from bot.storage.photos import PhotoMissing, Photos, PhotosUnavailable
from content.caption_templates import CaptionTemplates, TemplateFailed, built_in
from content.city import City
from content.compose import compose, told_in
from content.entry import Entry
from content.facts import Series
from content.orbit import MissingGlyph, orbit_alt_text, orbit_credit, view_from_orbit
from content.post import Picture, Post
from schedules.errors import Permanent, Transient

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Composer:
    """Makes Posts. An Entry without a photo gets the view from orbit.

    `due_at`: when a day's post falls due, for the light in that view; it is asked for the day and
    not the hour, so that a preview, a post and a late post show the same. `orbit_beside_photo`:
    whether an Entry with a photo gets the view as its last picture.
    """

    photos: Photos
    series_hashtag: str
    due_at: Callable[[date], datetime]
    series: Callable[[date], Awaitable[Series]]
    templates: CaptionTemplates = field(default_factory=built_in)
    orbit_beside_photo: bool = False
    patience: timedelta = timedelta(seconds=45)
    """How long reading an Entry's photos may take: less than the minute that a preview has."""

    async def __call__(self, entry: Entry, day: date, language: str) -> Post:
        """The Post of an Entry. Reads or draws its pictures in a thread.

        Raises Permanent, or Transient when the photos cannot be read now.
        """
        told = told_in(entry, language)  # a view's own words go with the text
        try:
            if entry.photos:
                async with asyncio.timeout(self.patience.total_seconds()):
                    pictures = await asyncio.to_thread(self._photos_of, entry)
                if self.orbit_beside_photo:
                    pictures += await asyncio.to_thread(self._view_beside, entry, day, told)
            else:
                pictures = [await asyncio.to_thread(self._view, entry.city, day, told)]
        except (MissingGlyph, PhotoMissing) as error:
            raise Permanent(str(error)) from error
        except PhotosUnavailable as error:
            raise Transient(str(error)) from error
        except TimeoutError as error:
            raise Transient(
                f"The photos could not be read within {self.patience.total_seconds():g} seconds:"
                " see that their folder or store answers."
            ) from error
        made = partial(
            compose,
            entry,
            pictures,
            day=day,
            language=language,
            series_hashtag=self.series_hashtag,
            series=await self.series(day),
        )
        try:
            return made(templates=self.templates)
        except TemplateFailed as error:  # no reason for a day without a post
            log.warning("template_failed", city=entry.city.name, message=str(error))
            return made(templates=built_in())

    def _photos_of(self, entry: Entry) -> list[Picture]:
        return [
            Picture(data=self.photos.read(photo.file), alt=photo.alt, credit=photo.credit)
            for photo in entry.photos
        ]

    def _view_beside(self, entry: Entry, day: date, language: str) -> list[Picture]:
        """A view that cannot be drawn, for whatever reason, costs no day its photo."""
        try:
            return [self._view(entry.city, day, language, beside=True)]
        except MissingGlyph as error:
            log.warning("orbit_left_out", city=entry.city.name, message=str(error))
        except Exception:  # of the drawing libraries, or our own: the photo is fine
            log.exception("orbit_left_out", city=entry.city.name)
        return []

    def _view(self, city: City, day: date, language: str, *, beside: bool = False) -> Picture:
        return Picture(
            data=_drawn_once(city, language, self.due_at(day), beside),
            alt=orbit_alt_text(city, language),
            credit=orbit_credit(language),
        )


_one_at_a_time = Lock()


def _drawn_once(city: City, language: str, at: datetime, beside: bool) -> bytes:
    """Each picture takes 100 MB while it is drawn, and all destinations want theirs at once."""
    with _one_at_a_time:
        return _drawn(city, language, at, beside)


@lru_cache(maxsize=4)
def _drawn(city: City, language: str, at: datetime, beside: bool) -> bytes:
    """The view from orbit takes a third of a second: drawn once for all destinations of a language.

    And once for an Entry's preview and its post, if little comes between the two.
    """
    return view_from_orbit(city, language, at=at, beside=beside)
