"""Preview: exactly what each Destination would receive."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from bot.app import App
from bot.look import HasLook, Look, Shown, ShownPicture
from bot.operations.refusal import CannotBeDone
from bot.previews.page import Card, generic_look, preview_page
from content.entry import Entry
from content.phrase import Phrase
from content.post import Rendering
from content.typed import shown
from schedules.errors import PublishError

SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One Destination's Rendering, and the files that its images were saved to, if they were."""

    destination: str
    rendering: Rendering
    paths: tuple[Path, ...] = ()


async def preview_entry(
    app: App,
    entry: Entry,
    *,
    day: date | None = None,
    destination: str | None = None,
    stated: bool = True,
) -> Sequence[Preview]:
    """What the Entry would be at each Destination: on `day`, its own date, or today.

    `stated`: each says too what keeps the Entry itself from being posted.
    """
    # "discord" means both of discord#1 and discord#2, as in the settings.
    wanted = [
        name
        for name in app.publishers
        if destination is None or destination in (name, name.partition("#")[0])
    ]
    if not wanted:
        raise CannotBeDone(
            Phrase(
                "There is no destination “{destination}”; there are: {known}.",
                destination=shown(destination or ""),
                known=tuple(app.publishers),
            )
        )
    day = day or entry.date or app.rule.local_date(app.clock.now())
    previews = []
    for name in wanted:
        publisher = app.publishers[name]
        try:
            post = await app.compose(entry, day, publisher.language)
            rendering = await asyncio.to_thread(publisher.preview, post)
        except PublishError as error:
            raise CannotBeDone(
                Phrase("{where}: {problem}", where=name, problem=error.user_message)
            ) from error
        if stated:
            rendering = _with_state(rendering, entry)
        previews.append(Preview(destination=name, rendering=rendering))
    return previews


def _with_state(rendering: Rendering, entry: Entry) -> Rendering:
    """With what keeps the Entry itself from being posted."""
    if entry.missing:
        draft = Phrase("it is a draft until it has {missing}", missing=entry.missing)
        return replace(rendering, problems=(draft, *rendering.problems))
    if entry.held:
        held = Phrase("it is held: it comes only once it is released")
        return replace(rendering, remarks=(held, *rendering.remarks))
    return rendering


def save_page(app: App, previews: Sequence[Preview], folder: Path) -> Path:
    """Write a page that shows the previews, beside the pictures that `save` wrote; its path."""
    cards = [
        Card(
            shown=Shown(
                destination=each.destination,
                rendering=each.rendering,
                pictures=tuple(
                    ShownPicture(src=path.name, image=image)
                    for path, image in zip(each.paths, each.rendering.images, strict=True)
                ),
                at=local_time(app, each.rendering.post.date),
            ),
            look=look_of(app, each.destination),
        )
        for each in previews
    ]
    path = folder / "preview.html"
    try:
        path.write_bytes(preview_page(cards))
    except OSError as error:
        raise CannotBeDone(
            Phrase("{path} cannot be written: {reason}.", path=path, reason=error.strerror)
        ) from error
    return path.resolve()


def look_of(app: App, destination: str) -> Look:
    """How the Destination's platform shows a post; a plain card if it does not say."""
    publisher = app.publishers[destination]
    return publisher.look if isinstance(publisher, HasLook) else generic_look(destination)


def local_time(app: App, day: date) -> datetime:
    """When a date falls due, as the followers' clocks show it."""
    return app.rule.slot(day).due_at.astimezone(app.settings.timezone)


def save(previews: Sequence[Preview], folder: Path) -> Sequence[Preview]:
    """Write each preview's text and images into a folder; the previews with their paths."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_saved(preview, folder) for preview in previews]
    except OSError as error:
        raise CannotBeDone(
            Phrase(
                "{path} cannot be written: {reason}.",
                path=error.filename or folder,
                reason=error.strerror,
            )
        ) from error


def _saved(preview: Preview, folder: Path) -> Preview:
    name = preview.destination.replace(":", "-").replace("#", "-")
    (folder / f"{name}.txt").write_text(preview.rendering.text + "\n", encoding="utf-8")
    paths = []
    for number, image in enumerate(preview.rendering.images, start=1):
        path = folder / f"{name}-{number}{SUFFIXES[image.media_type]}"
        path.write_bytes(image.data)
        paths.append(path)
    return Preview(destination=preview.destination, rendering=preview.rendering, paths=tuple(paths))
