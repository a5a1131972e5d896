"""What the operator decides for a gallery, and where it lies."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, ValidationError


def _public_address(value: str) -> str:
    """The address without a final slash; its host in ASCII, as links and feed readers want it."""
    if not value.strip():
        return ""
    try:
        url = HttpUrl(value.strip())
    except ValidationError as error:
        raise ValueError("no web address such as https://example.org/cities") from error
    if url.query or url.fragment or url.username or url.password:
        raise ValueError("the address has a part that a gallery cannot have: ?, # or @")
    return str(url).rstrip("/")


class SiteSettings(BaseModel):
    """The settings of one gallery."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Annotated[
        Literal["fr", "en"],
        Field(description="Language of the pages, whose text comes first: fr or en."),
    ] = "fr"
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
