"""The OAuth 1.0a signature of a request, by RFC 5849.

Our own because oauthlib, which tweepy signs with, writes tokens and signatures to the log at debug
level; the tests hold this against oauthlib.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """The app's key pair (consumer) and the account's token pair."""

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)


def query_string(query: Sequence[tuple[str, str]]) -> str:
    """The query as it is signed and sent: everything but the unreserved characters is escaped."""
    return "&".join(f"{_escape(name)}={_escape(value)}" for name, value in query)


def authorization(
    credentials: Credentials,
    *,
    method: str,
    url: str,
    query: Sequence[tuple[str, str]],
    nonce: str,
    at: datetime,
) -> str:
    """The Authorization header for a request whose body is no form.

    `url` is the one that is really called, in the form host and path have there, without a query.
    A JSON body is not part of the signature (RFC 5849, 3.4.1.3.1).
    """
    parameters = {
        "oauth_consumer_key": credentials.api_key,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(int(at.timestamp())),
        "oauth_token": credentials.access_token,
        "oauth_version": "1.0",
    }
    signed = sorted(
        (_escape(name), _escape(value)) for name, value in [*query, *parameters.items()]
    )
    normalized = "&".join(f"{name}={value}" for name, value in signed)
    base = "&".join(_escape(part) for part in (method.upper(), url, normalized))
    secret = f"{_escape(credentials.api_secret)}&{_escape(credentials.access_token_secret)}"
    digest = hmac.new(secret.encode(), base.encode(), hashlib.sha1).digest()
    parameters["oauth_signature"] = base64.b64encode(digest).decode()
    return "OAuth " + ", ".join(
        f'{name}="{_escape(value)}"' for name, value in sorted(parameters.items())
    )


def _escape(text: str) -> str:
    """RFC 5849, 3.6: UTF-8, everything but letters, digits and -._~ escaped."""
    return quote(text, safe="")
