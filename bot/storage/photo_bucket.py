"""Photos in a bucket of an S3-compatible store."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from bot.storage.media_url import BucketAddress, Credentials
from bot.storage.photos import NAME, PhotoMissing, PhotosUnavailable, digest_in, file_name, whole
from content.phrase import Phrase

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Credential

CONNECT = timedelta(seconds=5)
READ = timedelta(seconds=20)
"""How long one request may take that reads: an answer on the day is wanted well within a minute."""
WRITE = timedelta(seconds=60)
"""And one that writes, for slow lines: nothing waits for it but the admin who adds a picture."""
PROBE = "city-a-day-check"
"""What `check` writes. It stays, because the credentials need no right to delete."""
REASONS = {
    "NoSuchBucket": Phrase("has no such bucket: make it, or correct its name"),
    "AuthorizationHeaderMalformed": Phrase("is in another region: give the bucket's with region="),
    "configured region": Phrase("is in another region: give the bucket's with region="),
    "/latest/api/token": Phrase("got no credentials: put them into the URL or the AWS_… variables"),
    "/latest/meta-data/": Phrase(
        "got no credentials: put them into the URL or the AWS_… variables"
    ),
    "Config error": Phrase("cannot be used with the AWS_… variables as they are: correct them"),
}
"""By what stands in obstore's error: S3's error codes, the redirect that a wrong region gives, and
the instance's metadata, which are asked for credentials when there are none elsewhere."""


class PhotoBucket:
    """Photos in a bucket, or under a prefix in it.

    The credentials must be allowed to list, read and write there: without the right to list, S3
    answers "forbidden" where there is no such picture.
    """

    def __init__(
        self, address: BucketAddress, *, read: timedelta = READ, write: timedelta = WRITE
    ) -> None:
        self._address = address
        self._read, self._write = read, write

    def add(self, data: bytes, media_type: str) -> str:
        """Kept by the store when this returns. Raises PhotosUnavailable, ValueError."""
        file = file_name(data, media_type)
        with self._told():
            # Written in any case: the one that is there may have been damaged. In one request:
            # there is the whole picture or none, and no part that nobody takes away.
            obstore.put(
                self._writing,
                file,
                data,
                attributes={"Content-Type": media_type},
                use_multipart=False,
            )
        return file

    def has(self, file: str) -> bool:
        """Whether there is a picture of this name. Raises PhotosUnavailable."""
        if NAME.fullmatch(file) is None:
            return False
        with self._told():
            try:
                obstore.head(self._reading, file)
            except FileNotFoundError:
                self._see_that_the_bucket_is_there()
                return False
        return True

    def read(self, file: str) -> bytes:
        """The picture of a name that `add` gave. Raises PhotoMissing, PhotosUnavailable."""
        digest = digest_in(file)
        with self._told():
            try:
                data = bytes(obstore.get(self._reading, file).bytes())
            except FileNotFoundError:
                self._see_that_the_bucket_is_there()
                raise PhotoMissing(
                    Phrase("The photo {file} is not in {place}.", file=file, place=self._address)
                ) from None
        return whole(
            data, digest, Phrase("The photo {file} in {place}", file=file, place=self._address)
        )

    def check(self) -> str:
        """See that the credentials may do all that is needed. Raises PhotosUnavailable."""
        with self._told():
            obstore.put(self._reading, PROBE, b"City a Day", use_multipart=False)
            obstore.get(self._reading, PROBE).bytes()
            self._see_that_the_bucket_is_there()
        return str(self._address)

    def _see_that_the_bucket_is_there(self) -> None:
        """A missing bucket gives the same answer as a missing picture, but cannot be listed."""
        next(iter(obstore.list(self._reading, chunk_size=1)), None)

    @cached_property
    def _reading(self) -> S3Store:
        return self._store(self._read)

    @cached_property
    def _writing(self) -> S3Store:
        return self._store(self._write)

    def _store(self, patience: timedelta) -> S3Store:
        """The library's client; what the address does not say it takes from the environment."""
        address = self._address
        config: S3Config = {}
        if address.endpoint:
            config["endpoint"] = address.endpoint
            config["aws_endpoint_url_s3"] = address.endpoint  # over AWS_ENDPOINT_URL_S3
        if address.region:
            config["region"] = address.region
        return S3Store(
            address.bucket,
            prefix=address.prefix or None,
            config=config,
            client_options={
                "allow_http": address.endpoint.startswith("http:"),
                "connect_timeout": min(CONNECT, patience),
                "timeout": patience,
            },
            # Whatever is asked may be asked again. After half the time nothing is begun any more.
            retry_config={
                "max_retries": 2,
                "retry_timeout": patience / 2,
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=1),
                    "base": 2,
                },
            },
            # As keys in `config` they would be mixed with a session token of the environment.
            credential_provider=_provider(address.credentials) if address.credentials else None,
        )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn the library's errors into PhotosUnavailable."""
        try:
            yield
        except (BaseError, OSError) as error:
            # The cause quotes the store's answer, which may hold what we sent: it goes no further.
            raise PhotosUnavailable(
                Phrase(
                    "The photo store {address} {reason}.",
                    address=self._address,
                    reason=_reason(error),
                )
            ) from None


def _provider(credentials: Credentials) -> "Callable[[], S3Credential]":
    def given() -> "S3Credential":
        return {
            "access_key_id": credentials.key,
            "secret_access_key": credentials.secret,
            "token": None,
            "expires_at": None,
        }

    return given


def _reason(error: Exception) -> Phrase:
    words = str(error)
    for sign, reason in REASONS.items():
        if sign in words:
            return reason
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return Phrase(
            "refuses these credentials: see that they are right and may list, read and write"
        )
    if status := re.search(r"status code: (\d{3}[ A-Za-z]*)", words):
        return Phrase(
            "answers {status}: see that it is well and that its address is right",
            status=status[1].strip(),
        )
    return Phrase(
        "cannot be reached, or breaks off: see that it runs and that its address is right"
    )
