"""How X checks a request's OAuth 1.0a header: every field, and the signature by oauthlib."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

# The functions, not oauthlib's Client or Request: those write tokens to the debug log, and the
# suite watches the whole process's log for secrets of the publisher.
from oauthlib.oauth1.rfc5849 import signature  # type: ignore[import-untyped]

from bot.testing import Recorded

OLDEST_SECONDS = 300
_FIELD = re.compile(r'([a-z_]+)="([^"]*)"')
_FIELDS = {
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_token",
    "oauth_version",
}


@dataclass(frozen=True, kw_only=True)
class Keys:
    """An app's key pair and an account's token pair."""

    api_key: str = "test-api-key-Lq5x"
    api_secret: str = "test-api-secret-W8zV"
    access_token: str = "370773112-test-access-token-9fQk"
    access_token_secret: str = "test-access-token-secret-T3hM"

    @property
    def all(self) -> list[str]:
        """What may stand in no log."""
        return [self.api_key, self.api_secret, self.access_token, self.access_token_secret]


@dataclass(kw_only=True)
class Doorkeeper:
    """Says what is wrong with a request's signature; nothing, when it is right."""

    keys: Keys
    now: Callable[[], datetime]
    seen: set[str] = field(default_factory=set)

    def objection(self, request: Recorded) -> str | None:
        """Why X would answer 401, or None."""
        header = request.headers.get("Authorization", "")
        fields = {name: unquote(value) for name, value in _FIELD.findall(header)}
        if not header.startswith("OAuth ") or set(fields) != _FIELDS:
            return f"no OAuth 1.0a header: {sorted(fields)}"
        if (fields["oauth_version"], fields["oauth_signature_method"]) != ("1.0", "HMAC-SHA1"):
            return "version or signature method"
        if fields["oauth_consumer_key"] != self.keys.api_key:
            return "consumer key"
        if fields["oauth_token"] != self.keys.access_token:
            return "token"
        if abs(int(fields["oauth_timestamp"]) - self.now().timestamp()) > OLDEST_SECONDS:
            return "timestamp out of bounds"
        if fields["oauth_nonce"] in self.seen:
            return "nonce used before"
        self.seen.add(fields["oauth_nonce"])
        if fields["oauth_signature"] != self._signature(request, header):
            return "signature"
        return None

    def _signature(self, request: Recorded, header: str) -> str:
        parameters = signature.collect_parameters(
            uri_query=urlsplit(request.url).query, headers={"Authorization": header}
        )
        base: str = signature.signature_base_string(
            request.method,
            signature.base_string_uri(request.url),
            signature.normalize_parameters(parameters),
        )
        signed: str = signature.sign_hmac_sha1_with_client(base, _Secrets(self.keys))
        return signed


class _Secrets:
    """The two attributes that oauthlib reads of its own client."""

    def __init__(self, keys: Keys) -> None:
        self.client_secret = keys.api_secret
        self.resource_owner_secret = keys.access_token_secret
