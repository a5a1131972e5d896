"""An S3-compatible store that does not do as asked: said in words, soon, without a secret."""

import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from bot.storage.media_url import BucketAddress, Credentials, open_photos
from bot.storage.photos import Photos, PhotosUnavailable

if TYPE_CHECKING:
    from tests.platforms.s3 import S3Server

PICTURE = b"\x89PNG not really a picture"
FILE = f"{sha256(PICTURE).hexdigest()}.png"
SECRET = "sesame/open+4711"


def bucket_at(url: str, bucket: str, key: str = "key", secret: str = SECRET) -> Photos:
    user = f"{key}:{quote(secret, safe='')}@" if key else ""
    return open_photos(f"s3://{user}{bucket}/cities?endpoint={url}", own_folder=Path())


def uses(photos: Photos) -> Iterator[Callable[[], object]]:
    yield lambda: photos.add(PICTURE, "image/png")
    yield lambda: photos.read(FILE)
    yield lambda: photos.has(FILE)
    yield photos.check


def refusals(photos: Photos, secret: str = SECRET) -> list[str]:
    """What each use of the photos says, of which none shows the secret, nor does its traceback."""
    said = []
    for use in uses(photos):
        with pytest.raises(PhotosUnavailable) as caught:
            use()
        assert secret not in "".join(traceback.format_exception(caught.value))
        assert secret not in repr(photos)
        said.append(str(caught.value))
    return said


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that says this to whoever comes, and hangs up; its address."""

    class Answer(BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            self.request.sendall(answer)

    with TCPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_the_credentials_of_the_url_are_those_that_sign(s3: "S3Server") -> None:
    bucket, (key, secret) = s3.make_bucket(), s3.make_user()
    with s3.strict():
        photos = bucket_at(s3.url, bucket, key, secret)
        assert photos.read(photos.add(PICTURE, "image/png")) == PICTURE


def test_the_credentials_of_the_url_win_over_those_of_the_environment(
    s3: "S3Server", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "other")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "other")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "other")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_BUCKET", "other")
    bucket, (key, secret) = s3.make_bucket(), s3.make_user()
    with s3.strict():
        photos = bucket_at(s3.url, bucket, key, secret)
        assert photos.read(photos.add(PICTURE, "image/png")) == PICTURE


def test_without_credentials_in_the_url_those_of_the_environment_sign(
    s3: "S3Server", monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket, (key, secret) = s3.make_bucket(), s3.make_user()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    with s3.strict():
        photos = bucket_at(s3.url, bucket, key="")
        assert photos.read(photos.add(PICTURE, "image/png")) == PICTURE


def test_a_large_photo_goes_up_with_its_type_in_one_request_of_which_no_part_can_stay(
    s3: "S3Server",
) -> None:
    bucket = s3.make_bucket()
    bucket_at(s3.url, bucket).add(bytes(12_000_000), "image/png")
    (key,) = s3.keys(bucket)
    headers = s3.headers(bucket, key)
    assert headers["Content-Type"] == "image/png"
    # What came in parts has their number behind a hyphen.
    assert "-" not in headers["ETag"]


def test_refused_credentials_are_named_as_such(s3: "S3Server") -> None:
    bucket, (key, secret) = s3.make_bucket(), s3.make_user()
    wrong = secret[:-1] + ("x" if secret[-1] != "x" else "y")
    with s3.strict():
        for said in refusals(bucket_at(s3.url, bucket, key, wrong), wrong):
            assert said.startswith(f"The photo store s3://{bucket}/cities at {s3.url} refuses")


def test_no_credentials_anywhere_is_named_as_such(
    s3: "S3Server", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_METADATA_ENDPOINT", "http://127.0.0.1:9")
    for said in refusals(bucket_at(s3.url, s3.make_bucket(), key="")):
        assert "got no credentials: put them into the URL or the AWS_… variables" in said


def test_variables_that_the_library_does_not_understand_are_blamed(
    s3: "S3Server", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CHECKSUM_ALGORITHM", SECRET)
    for said in refusals(bucket_at(s3.url, s3.make_bucket())):
        assert "cannot be used with the AWS_… variables as they are" in said


def test_a_bucket_that_is_not_there_is_no_missing_photo(s3: "S3Server") -> None:
    for said in refusals(bucket_at(s3.url, "nowhere")):
        assert said == (
            f"The photo store s3://nowhere/cities at {s3.url} has no such bucket:"
            " make it, or correct its name."
        )


def test_a_store_that_is_down_is_named(s3: "S3Server") -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    for said in refusals(bucket_at(url, "photos")):
        assert said.startswith(f"The photo store s3://photos/cities at {url} cannot be reached")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n", "answers 503 Service Unavailable: see"),
        (b"HTTP/1.1 301 x\r\nContent-Length: 0\r\n\r\n", "is in another region"),
        (b"HTTP/1.1 403 x\r\nContent-Length: 0\r\n\r\n", "refuses these credentials"),
        (b"HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\ncut", "cannot be reached, or breaks off"),
        (b"HTTP/1.1 200 x\r\nContent-Length: 3\r\n\r\nx<>", "cannot be reached, or breaks off"),
        (b"hello", "cannot be reached, or breaks off"),
        (b"", "cannot be reached, or breaks off"),
    ],
    ids=["unwell", "wrong region", "forbidden", "cut short", "no S3", "no HTTP", "nothing"],
)
def test_an_answer_that_is_none_is_told(s3: "S3Server", answer: bytes, reason: str) -> None:
    with answering(answer) as url:
        photos = bucket_at(url, "photos")
        with pytest.raises(PhotosUnavailable, match=reason):
            photos.check()


def test_a_store_that_does_not_answer_is_given_up(s3: "S3Server") -> None:
    from bot.storage.photo_bucket import PhotoBucket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = BucketAddress(
            bucket="photos",
            endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}",
            credentials=Credentials(key="key", secret=SECRET),
        )
        soon, began = timedelta(seconds=0.1), monotonic()
        assert len(refusals(PhotoBucket(address, read=soon, write=soon))) == 4
        assert monotonic() - began < 20  # the library's own patience is 30 s for each
