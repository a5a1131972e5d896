"""Preview: exactly what each Destination would receive."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.app import App
from bot.operations.refusal import CannotBeDone
from content.entry import Entry
from content.post import Rendering
from schedules.errors import PublishError

SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One Destination's Rendering, and the files that its images were saved to, if they were."""

    destination: str
    rendering: Rendering
    paths: tuple[Path, ...] = ()


async def preview_entry(
    app: App, entry: Entry, *, destination: str | None = None
) -> Sequence[Preview]:
    """What the Entry would be on its date (today, when it has none), at each Destination."""
    # "discord" means both of discord#1 and discord#2, as in the settings.
    wanted = [
        name
        for name in app.publishers
        if destination is None or destination in (name, name.partition("#")[0])
    ]
    if not wanted:
        known = ", ".join(app.publishers)
        raise CannotBeDone(f"There is no destination {destination!r}; there are: {known}.")
    day: date = entry.date or app.rule.local_date(app.clock.now())
    previews = []
    for name in wanted:
        publisher = app.publishers[name]
        try:
            post = await app.compose(entry, day, publisher.language)
            rendering = await asyncio.to_thread(publisher.preview, post)
        except PublishError as error:
            raise CannotBeDone(f"{name}: {error.user_message}") from error
        previews.append(Preview(destination=name, rendering=rendering))
    return previews


def save(previews: Sequence[Preview], folder: Path) -> Sequence[Preview]:
    """Write each preview's text and images into a folder; the previews with their paths."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_saved(preview, folder) for preview in previews]
    except OSError as error:
        raise CannotBeDone(
            f"{error.filename or folder} cannot be written: {error.strerror}."
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
