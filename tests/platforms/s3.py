"""An S3 server of one's own: moto's, which checks signatures and rights when it is told to."""

import http.client
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import quote, urlencode

from moto.server import ThreadedMotoServer

POLICY = """{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]
}"""


@dataclass(frozen=True, kw_only=True)
class S3Server:
    """Where it listens; as a hand without credentials it may do anything there."""

    host: str
    port: int
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def make_bucket(self) -> str:
        """A new bucket's name."""
        bucket = f"photos-{next(self._numbers)}"
        self._ask("PUT", f"/{bucket}")
        return bucket

    def put(self, bucket: str, key: str, data: bytes) -> None:
        self._ask("PUT", f"/{bucket}/{quote(key)}", data)

    def headers(self, bucket: str, key: str) -> http.client.HTTPMessage:
        return self._asked("HEAD", f"/{bucket}/{quote(key)}")[0]

    def keys(self, bucket: str) -> list[str]:
        return re.findall("<Key>(.*?)</Key>", self._ask("GET", f"/{bucket}?list-type=2"))

    def make_user(self) -> tuple[str, str]:
        """A new user who may do anything with S3: its key and its secret."""
        name = f"user-{next(self._numbers)}"
        self._iam("CreateUser", UserName=name)
        self._iam("PutUserPolicy", UserName=name, PolicyName="all", PolicyDocument=POLICY)
        answer = self._iam("CreateAccessKey", UserName=name)
        key, secret = (
            re.findall(f"<{each}>(.*?)</{each}>", answer)[0]
            for each in ("AccessKeyId", "SecretAccessKey")
        )
        return key, secret

    @contextmanager
    def strict(self) -> Iterator[None]:
        """From here on only its users are let in."""
        self._ask("POST", "/moto-api/reset-auth", b"0", service="moto")
        try:
            yield
        finally:
            self._ask("POST", "/moto-api/reset-auth", b"inf", service="moto")

    def _iam(self, action: str, **values: str) -> str:
        body = urlencode({"Action": action, "Version": "2010-05-08", **values}).encode()
        return self._ask("POST", "/", body, service="iam")

    def _ask(self, method: str, path: str, body: bytes = b"", *, service: str = "s3") -> str:
        return self._asked(method, path, body, service=service)[1]

    def _asked(
        self, method: str, path: str, body: bytes = b"", *, service: str = "s3"
    ) -> tuple[http.client.HTTPMessage, str]:
        # Which service is meant is told by what the request is signed for.
        scope = f"x/20260101/us-east-1/{service}/aws4_request"
        headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}"}
        if service == "iam":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif service == "moto":
            headers = {}
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        assert answer.status == 200, text
        return answer.headers, text


@contextmanager
def running_s3() -> Iterator[S3Server]:
    """The server, on a free port of this machine."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would log each request
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield S3Server(host=host, port=port)
    finally:
        server.stop()
