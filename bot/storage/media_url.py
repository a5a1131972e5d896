"""What the setting MEDIA_URL says: where the photos are."""

import re
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from bot.storage.photos import PhotoFolder, Photos

BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
PREFIX = re.compile(r"[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*")
"""The characters that are safe in any S3-compatible store, AWS says:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"""
REGION = re.compile(r"[A-Za-z0-9-]+")
OPTIONS = ("endpoint", "region")


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """The key of an S3-compatible store, and the secret that belongs to it."""

    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class BucketAddress:
    """Where in which S3-compatible store: AWS itself if no `endpoint` is named.

    Without `credentials` those of the environment are used. Written out it shows no secret.
    """

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    credentials: Credentials | None = None

    def __str__(self) -> str:
        place = "/".join(part for part in (f"s3://{self.bucket}", self.prefix) if part)
        return f"{place} at {self.endpoint}" if self.endpoint else place


def open_photos(media_url: str, *, own_folder: Path) -> Photos:
    """The photos at a URL; in this process's `own_folder` when it is empty. Raises ValueError."""
    if not media_url:
        return PhotoFolder(own_folder)
    address = address_in(media_url)
    if isinstance(address, Path):
        return PhotoFolder(address, shared=True)
    # Only here: what it needs is installed only where a bucket is used.
    from bot.storage.photo_bucket import PhotoBucket

    return PhotoBucket(address)


def address_in(media_url: str) -> Path | BucketAddress:
    """The folder or the bucket that a URL names.

    Raises ValueError, which quotes nothing of it: a secret with a "/" in it, as many have, looks
    like a part of the URL that is none.
    """
    try:
        parts = urlsplit(media_url)
    except ValueError:
        raise ValueError("it is no URL") from None  # the cause may quote a part of the secret
    if re.search(r"[\x00-\x20\x7f]", media_url):
        raise ValueError("there is a blank in it: write %20")
    if parts.scheme == "file":
        return _folder(parts)
    if parts.scheme == "s3":
        return _bucket(parts)
    raise ValueError("it begins with neither file:/// nor s3://")


def _folder(parts: SplitResult) -> Path:
    path = unquote(parts.path)
    if parts.netloc or not path.startswith("/"):
        raise ValueError("a folder's URL has three slashes, file:///srv/photos")
    if parts.query or parts.fragment:
        raise ValueError("a folder's URL has no ? and no #: write %3F and %23")
    if "\0" in path or path.strip("/") == "":
        raise ValueError("it names no folder")
    return Path(path)


def _bucket(parts: SplitResult) -> BucketAddress:
    user, _, bucket = parts.netloc.rpartition("@")
    prefix = parts.path.strip("/")
    encoded = "in a secret write %2F for /, %3F for ?, %23 for #, %25 for %"
    if parts.fragment or not BUCKET.fullmatch(bucket):
        raise ValueError(f"it names no bucket; {encoded}")
    if prefix and (not PREFIX.fullmatch(prefix) or {".", ".."} & set(prefix.split("/"))):
        raise ValueError(
            f"the prefix is no path of letters without accents, figures and !_.*'()-; {encoded}"
        )
    key, _, secret = (unquote(part) for part in user.partition(":"))
    if bool(key) != bool(secret) or ("@" in parts.netloc and not key):
        raise ValueError("of KEY:SECRET@ one is missing: give both or neither")
    options = _options(parts.query)
    if find_spec("obstore") is None:
        raise ValueError(
            "an S3-compatible store needs a library more: pip install 'city-a-day[s3]'"
        )
    return BucketAddress(
        bucket=bucket,
        prefix=prefix,
        endpoint=_endpoint(options.get("endpoint", "")),
        region=options.get("region", ""),
        credentials=Credentials(key=key, secret=secret) if key else None,
    )


def _options(query: str) -> dict[str, str]:
    try:
        given = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise ValueError(_WRONG_OPTIONS) from None  # the cause quotes it
    options = dict(given)
    if len(options) < len(given) or not set(options) <= set(OPTIONS) or "" in options.values():
        raise ValueError(_WRONG_OPTIONS)
    if not REGION.fullmatch(options.get("region", "none")):
        raise ValueError("the region is no name such as eu-west-3")
    return options


_WRONG_OPTIONS = "behind the ? stand other options than endpoint=URL and region=NAME, once each"


def _endpoint(url: str) -> str:
    """The endpoint; it is shown, so it must hold no secret."""
    wanted = "the endpoint is no URL such as https://s3.example.org: a scheme, a host, a port"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(wanted) from None
    plain = f"{parts.scheme}://{parts.netloc}"
    if url and (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or "@" in parts.netloc
        or port == 0
        or url.rstrip("/") != plain
    ):
        raise ValueError(wanted)
    return plain if url else ""
