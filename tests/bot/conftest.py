"""The S3 server, for whatever keeps photos."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.platforms.s3 import S3Server


@pytest.fixture(scope="session")
def _s3_server() -> "Iterator[S3Server]":
    pytest.importorskip("obstore", reason="the S3-compatible store needs obstore")
    pytest.importorskip("moto.server", reason="the S3 server of the tests is moto's")
    from tests.platforms.s3 import running_s3

    with running_s3() as server:
        yield server


@pytest.fixture
def s3(_s3_server: "S3Server", monkeypatch: pytest.MonkeyPatch) -> "S3Server":
    """A server of this test process, and no settings of the machine for it."""
    for name in os.environ:
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    return _s3_server
