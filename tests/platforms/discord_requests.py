"""Which operation of Discord's API a request asks for, and what it brings with it."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.testing import Recorded
from tests.platforms.discord_components import Json
from tests.platforms.discord_refusals import Refusal
from tests.platforms.openapi import DISCORD, specification

PREFIX = "/api/v10"

Ids = Mapping[str, int]
"""The ids in a request's path, by the names that the specification has for them."""
Answer = tuple[int, object]
"""Status and body; None: no body."""
Handler = Callable[[Recorded, Ids], Answer]


def asks(operation: str) -> Callable[[Recorded], bool]:
    """For `fail_next` and `wait_for_request`: a request of this operation, "GET /users/@me"."""
    return lambda request: _ids(request, operation) is not None


def operation_of(request: Recorded, operations: Iterable[str]) -> tuple[str, Ids] | None:
    """Which of the operations is asked for, and the ids of its path; None: none of them."""
    for operation in operations:
        ids = _ids(request, operation)
        if ids is not None:
            return operation, ids
    return None


def token_in(request: Recorded) -> str:
    """The token in the path of an interaction or a webhook."""
    return request.path.removeprefix(PREFIX).split("/")[3]


def check_headers(request: Recorded, token: str) -> None:
    """Raises Refusal where the bot is not recognised."""
    if not request.headers.get("User-Agent", "").startswith("DiscordBot ("):
        raise Refusal(403, 40333, "internal network error")
    if request.headers.get("Authorization") != f"Bot {token}":
        raise Refusal(401, 0, "401: Unauthorized")


def check_query(operation: str, request: Recorded) -> None:
    """discord.py says 1 and 0 where the specification says true and false."""
    method, _, template = operation.partition(" ")
    query = dict(request.query)
    for name in {"wait", "with_components", "with_response", "with_localizations"} & set(query):
        query[name] = {"1": "true", "0": "false"}.get(query[name], query[name])
    specification(DISCORD).check_query(method, template, query)


def check_body(operation: str, request: Recorded, payload: Json | Sequence[Json]) -> None:
    """Against the specification, which wants strings where discord.py sends attachments' ids."""
    method, _, template = operation.partition(" ")
    if isinstance(payload, dict):
        payload = _with_ids_as_strings(payload)
        if isinstance(payload.get("data"), dict):
            payload |= {"data": _with_ids_as_strings(payload["data"])}
    specification(DISCORD).check_request(method, template, payload, request.content_type)


def form(request: Recorded) -> tuple[Json, dict[str, bytes]]:
    """`payload_json` and the files of a multipart body, or a JSON body alone."""
    if request.content_type == "application/json":
        return request.json, {}
    boundary = re.search(r'boundary="?([^";]+)', request.headers["Content-Type"])
    assert boundary is not None, request.headers["Content-Type"]
    payload, files = {}, {}
    for part in request.body.split(b"--" + boundary[1].encode())[1:-1]:
        head, _, body = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        body = body.removesuffix(b"\r\n")
        name = re.search(rb'name="([^"]+)"', head)
        assert name is not None, head
        if name[1] == b"payload_json":
            payload = json.loads(body)
        else:
            files[name[1].decode()] = body
    return payload, files


def _with_ids_as_strings(payload: Json) -> Json:
    if not payload.get("attachments"):
        return dict(payload)
    return payload | {
        "attachments": [each | {"id": str(each["id"])} for each in payload["attachments"]]
    }


def _ids(request: Recorded, operation: str) -> Ids | None:
    method, _, template = operation.partition(" ")
    pattern = re.sub(r"\{\w+_token\}", r"[\\w-]+", template)
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>\\d+)", pattern)
    found = re.fullmatch(pattern, request.path.removeprefix(PREFIX))
    if method != request.method or found is None:
        return None
    return {name: int(value) for name, value in found.groupdict().items()}
