"""Basic authentication for one user: compared in constant time, tries limited by address.

A stranger who guesses is kept waiting, and nobody else: what is counted is counted by address.
Nothing here sleeps, and no password is kept but the right one's digest.
"""

import base64
import hmac
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from aiohttp import web
from pydantic import SecretStr

from schedules.clock import Clock

FREE_TRIES = 5
"""Wrong tries of an address before it is kept waiting."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=1)
"""The first doubles with each further wrong try."""
FORGOTTEN_AFTER = timedelta(minutes=15)
MOST_ADDRESSES = 10_000
"""Remembered at once; the one that tried longest ago is forgotten first."""


class Verdict(Enum):
    """What is to be answered: the page, 401, or 429."""

    WELCOME = "welcome"
    WRONG = "wrong"
    WAIT = "wait"


@dataclass(frozen=True, kw_only=True)
class _Tries:
    count: int
    last: datetime

    @property
    def again_at(self) -> datetime:
        """When the address may try again."""
        over = self.count - FREE_TRIES
        if over < 0:
            return self.last
        return self.last + min(FIRST_WAIT * (1 << min(over, 10)), LONGEST_WAIT)


class Doorkeeper:
    """Lets `user` in with the password."""

    def __init__(self, *, user: str, password: SecretStr, clock: Clock) -> None:
        self._user = _digest(user)
        self._password = _digest(password.get_secret_value())
        self._clock = clock
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def judge(self, request: web.Request) -> Verdict:
        """Whether the request comes from the user. A try is not looked at while it must wait."""
        address, now = client_address(request), self._clock.now()
        before = self._tries.get(address)
        if before is not None and abs(now - before.last) > FORGOTTEN_AFTER:
            before = None
        given = request.headers.get("Authorization")
        if given is None:  # a browser asks without one at first: no try
            return Verdict.WRONG
        if before is not None and now < before.again_at:
            return Verdict.WAIT
        if self._is_right(given):
            self._tries.pop(address, None)
            return Verdict.WELCOME
        self._tries[address] = _Tries(count=before.count + 1 if before else 1, last=now)
        self._tries.move_to_end(address)
        if len(self._tries) > MOST_ADDRESSES:
            self._tries.popitem(last=False)
        return Verdict.WRONG

    def _is_right(self, given: str) -> bool:
        scheme, _, encoded = given.partition(" ")
        try:
            said = base64.b64decode(encoded.strip(), validate=True).decode()
        except ValueError:
            return False
        user, _, password = said.partition(":")
        # Digests are of one length, and both are compared whatever the first comes to.
        right_user = hmac.compare_digest(_digest(user), self._user)
        right_password = hmac.compare_digest(_digest(password), self._password)
        return scheme.lower() == "basic" and right_user and right_password


def client_address(request: web.Request) -> str:
    """Who asks: behind a proxy on this machine, the address that the proxy saw.

    An IPv6 address stands for its network of 64 bits, which one customer has.
    """
    address = request.remote or ""
    try:
        if ip_address(address).is_loopback:
            # A proxy may write a line of its own behind the one that a stranger sent.
            lines = request.headers.getall("X-Forwarded-For", [""])
            seen = lines[-1].rpartition(",")[2].strip()
            address = str(ip_address(seen)) if seen else address
        if isinstance(known := ip_address(address), IPv6Address):
            # "::ffff:203.0.113.5" is how a socket for both kinds names an IPv4 address.
            return str(known.ipv4_mapped or known.exploded[:19])
    except ValueError:  # no address: what a stranger's proxy says, or a socket without one
        return request.remote or ""
    return address


def _digest(text: str) -> bytes:
    return sha256(text.encode(errors="surrogatepass")).digest()
