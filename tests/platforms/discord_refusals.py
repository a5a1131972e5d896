"""How Discord, and Cloudflare before it, says no."""

from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from bot.testing import HTML_PAGE, Failure
from tests.platforms.discord_components import Json


class Trouble(StrEnum):
    """What can be scripted beyond the contract suite's `Failure`."""

    SERVER_ERROR = "500"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    CLOUDFLARE_TIMEOUT = "524"
    RATE_LIMITED_GLOBALLY = "429 for the whole bot"
    RATE_LIMITED_BRIEFLY = "429 for a moment"
    RATE_LIMITED_BY_CLOUDFLARE = "429 with an HTML page"
    BANNED_BY_CLOUDFLARE = "403 with an HTML page"
    MISSING_ACCESS = "403, 50001"
    MISSING_PERMISSIONS = "403, 50013"
    UNKNOWN_CHANNEL = "404, 10003"
    REDIRECT = "307"
    TIMED_OUT_ON_THE_WAY = "408"


_WORDS: dict[str, tuple[int, int, str]] = {
    Failure.UNAUTHORIZED: (401, 0, "401: Unauthorized"),
    Failure.FORBIDDEN: (403, 50013, "Missing Permissions"),
    Failure.SERVER_ERROR_BEFORE: (500, 0, "500: Internal Server Error"),
    Failure.SERVER_ERROR_AFTER: (500, 0, "500: Internal Server Error"),
    Trouble.SERVER_ERROR: (500, 0, "500: Internal Server Error"),
    Trouble.MISSING_PERMISSIONS: (403, 50013, "Missing Permissions"),
    Trouble.MISSING_ACCESS: (403, 50001, "Missing Access"),
    Trouble.UNKNOWN_CHANNEL: (404, 10003, "Unknown Channel"),
}
_WAITS: dict[str, Json] = {
    Failure.RATE_LIMITED: {"retry_after": 7.5, "global": False},
    Trouble.RATE_LIMITED_BRIEFLY: {"retry_after": 0.01, "global": False},
    Trouble.RATE_LIMITED_GLOBALLY: {"retry_after": 3600, "global": True},
}
_PAGES: dict[str, tuple[int, dict[str, str]]] = {
    Failure.RATE_LIMITED_WITHOUT_RESET: (429, {}),
    Trouble.RATE_LIMITED_BY_CLOUDFLARE: (429, {"Retry-After": "900"}),
    Trouble.BANNED_BY_CLOUDFLARE: (403, {}),
    Trouble.UNAVAILABLE: (503, {}),
    Trouble.GATEWAY_TIMEOUT: (504, {}),
    Trouble.CLOUDFLARE_TIMEOUT: (524, {}),
    Trouble.REDIRECT: (307, {"Location": "/elsewhere"}),
    Trouble.TIMED_OUT_ON_THE_WAY: (408, {}),
}


@dataclass
class Refusal(Exception):
    """An answer in Discord's form; `rest` is what its JSON has besides code and message."""

    status: int
    code: int
    message: str
    rest: Json | None = None

    @property
    def body(self) -> Json:
        return {"message": self.message, "code": self.code} | (self.rest or {})


def invalid(name: str, code: str, message: str) -> Refusal:
    """A field of the form that is not as it should be."""
    errors = {"errors": {name: {"_errors": [{"code": code, "message": message}]}}}
    return Refusal(400, 50035, "Invalid Form Body", errors)


def too_long(name: str, most: int) -> Refusal:
    """A field of the form with too many characters, or too many of what it lists."""
    return invalid(name, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def too_many(wait: Json, code: int = 0) -> Refusal:
    """A 429 of Discord's own; `wait` has retry_after (seconds) and global."""
    return Refusal(429, code, "You are being rate limited.", wait)


def scripted(failure: str) -> Refusal | web.Response:
    """Discord's words, or a page of somebody in between."""
    if failure in _WORDS:
        return Refusal(*_WORDS[failure])
    if failure in _WAITS:
        return too_many(_WAITS[failure])
    status, headers = _PAGES[failure]
    return web.Response(
        status=status, body=HTML_PAGE, headers={"Content-Type": "text/html"} | headers
    )
