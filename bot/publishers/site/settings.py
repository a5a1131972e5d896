"""What the operator decides for a gallery, and where it lies."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.platform import PublisherSettings, web_address


def _public_address(value: str) -> str:
    return web_address(value) if value.strip() else ""


class SiteSettings(PublisherSettings):
    """The settings of one gallery."""

    title: Annotated[
        str,
        Field(
            min_length=1, max_length=200, description="Name of the gallery, at every page's top."
        ),
    ] = "Un jour, une ville"
    url: Annotated[
        str,
        AfterValidator(_public_address),
        Field(description="Address that followers see, when it is not the service's own one."),
    ] = ""


def gallery_folder(data_dir: Path, destination: str) -> Path:
    """The folder of a destination's gallery: "site:other" has `site-other`.

    Its name is also the path below which the service shows every gallery but the first.
    """
    return data_dir / destination.replace(":", "-")
