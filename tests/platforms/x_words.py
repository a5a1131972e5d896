"""How X refuses: statuses, headers and bodies as seen in public issue trackers up to 2026."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from aiohttp import web

from bot.testing import HTML_PAGE, Failure

PROBLEMS = "https://api.twitter.com/2/problems/"

FORBIDDEN = "You are not permitted to perform this action."
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."

_NOT_FOUND = {"title": "Not Found Error", "type": f"{PROBLEMS}resource-not-found"}


class Trouble(StrEnum):
    """What X can answer, beyond the contract suite's `Failure`."""

    NO_CREDITS = "402, nothing created"
    USAGE_CAPPED = "429 usage-capped, nothing created"
    DAILY_LIMIT = "429 by the app's limit for 24 hours"
    ODD_RESET = "429 with a reset that is no number"
    DUPLICATE = "403 duplicate content"
    READ_ONLY_APP = "403 oauth1-permissions"
    SUSPENDED = "403 account suspended"
    FIREWALL = "403 with an HTML page of something in front of X"
    RATE_LIMITED_IN_HTML = "429 with an HTML page"
    REDIRECT = "308 to somewhere else"
    BAD_REQUEST = "400 with a list of errors"
    GONE = "200 with an error that says it is not there"
    KEPT = "200 with deleted: false"
    PAGE_WITH_ERRORS = "200, a page that is empty but for an error"
    PAGE_WITH_HOLES = "200, a page with less than it says"


def refusal(failure: str, *, now: datetime, url: str) -> web.Response:
    """X's answer to a create that it is scripted to refuse at `now`."""
    ten_minutes = epoch(now + timedelta(minutes=10))
    match failure:
        case Failure.UNAUTHORIZED:
            return problem(401, "Unauthorized", "Unauthorized")
        case Failure.FORBIDDEN:
            return problem(403, "Forbidden", FORBIDDEN)
        case Failure.RATE_LIMITED:
            return _too_many({"x-rate-limit-remaining": "0", "x-rate-limit-reset": ten_minutes})
        case Failure.RATE_LIMITED_WITHOUT_RESET:
            return _too_many({})
        case Failure.SERVER_ERROR_BEFORE | Failure.SERVER_ERROR_AFTER:
            return problem(503, "Service Unavailable", "Service Unavailable")
        case Trouble.ODD_RESET:
            return _too_many({"x-rate-limit-reset": "soon"})
        case Trouble.DAILY_LIMIT:
            return _too_many(
                {
                    "x-rate-limit-remaining": "93",
                    "x-rate-limit-reset": ten_minutes,
                    "x-app-limit-24hour-remaining": "0",
                    "x-app-limit-24hour-reset": epoch(now + timedelta(hours=7)),
                }
            )
        case Trouble.REDIRECT:
            return web.Response(status=308, headers={"Location": f"{url}/2/tweets"})
    return _TROUBLES[Trouble(failure)]()


_TROUBLES: dict[Trouble, Callable[[], web.Response]] = {
    Trouble.NO_CREDITS: lambda: problem(
        402,
        "CreditsDepleted",
        "Your enrolled account [1] does not have any credits to fulfill this request.",
        kind="credits",
    ),
    Trouble.USAGE_CAPPED: lambda: problem(
        429,
        "UsageCapExceeded",
        "Usage cap exceeded: Monthly product cap",
        kind="usage-capped",
        more={"period": "Monthly", "scope": "Product", "account_id": 1},
        headers={"x-rate-limit-remaining": "39999"},
    ),
    Trouble.DUPLICATE: lambda: problem(403, "Forbidden", DUPLICATE),
    Trouble.READ_ONLY_APP: lambda: problem(
        403,
        "Forbidden",
        "Your client app is not configured with the appropriate oauth1 app permissions for this "
        "endpoint.",
        kind="oauth1-permissions",
    ),
    Trouble.SUSPENDED: lambda: problem(
        403,
        "Forbidden",
        "Your account is suspended and is not permitted to access this feature.",
    ),
    Trouble.FIREWALL: lambda: _page(403),
    Trouble.RATE_LIMITED_IN_HTML: lambda: _page(429),
    Trouble.GONE: lambda: web.json_response({"errors": [_NOT_FOUND]}),
    Trouble.KEPT: lambda: web.json_response({"data": {"deleted": False}}),
    Trouble.PAGE_WITH_ERRORS: lambda: web.json_response(
        {"errors": [_NOT_FOUND], "meta": {"result_count": 0}}
    ),
    Trouble.PAGE_WITH_HOLES: lambda: web.json_response({"meta": {"result_count": 1}}),
    Trouble.BAD_REQUEST: lambda: invalid("text", "Your Tweet text is not allowed here."),
}


def epoch(at: datetime) -> str:
    """Seconds since 1970, as in X's headers."""
    return str(int(at.timestamp()))


def words(status: int, title: str, detail: str, kind: str = "") -> dict[str, Any]:
    """X's problem object; `kind` is the end of its type."""
    return {
        "title": title,
        "detail": detail,
        "type": PROBLEMS + kind if kind else "about:blank",
        "status": status,
    }


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    kind: str = "",
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """An answer that is a problem object, with `more` in it."""
    body = words(status, title, detail, kind) | dict(more or {})
    return web.json_response(
        body, status=status, headers=headers, content_type="application/problem+json"
    )


def _too_many(headers: Mapping[str, str]) -> web.Response:
    return problem(429, "Too Many Requests", "Too Many Requests", headers=headers)


def invalid(parameter: str, message: str, values: list[str] | None = None) -> web.Response:
    """400 with the list of errors that X gives for a parameter."""
    errors = [{"parameters": {parameter: [str(values or [])]}, "message": message}]
    detail = "One or more parameters to your request was invalid."
    return problem(400, "Invalid Request", detail, kind="invalid-request", more={"errors": errors})


def _page(status: int) -> web.Response:
    return web.Response(status=status, body=HTML_PAGE, content_type="text/html")
