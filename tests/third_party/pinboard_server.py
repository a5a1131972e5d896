"""PinboardServer: an honest Pinboard for one account, with strangers beside it."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.parser import BytesParser
from email.policy import HTTP
from io import BytesIO
from typing import Annotated, Self

from aiohttp import web
from PIL import Image, UnidentifiedImageError
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from bot.testing import Delivered, Failure, Recorded, ScriptedServer
from schedules.clock import Clock, SystemClock

TOKEN = "pb-7f3a9c51e2d84b06"
OWNER = "un-jour-une-ville"
STRANGER = "somebody-else"

LARGEST_PICTURE = 2_000_000
LONGEST_SIDE = 2048


def _jpeg(data: bytes) -> bytes:
    try:
        with Image.open(BytesIO(data), formats=["JPEG"]) as image:
            if max(image.size) > LONGEST_SIDE:
                raise ValueError(f"more than {LONGEST_SIDE} pixels on a side")
    except UnidentifiedImageError as error:
        raise ValueError("no JPEG") from error
    return data


Alt = Annotated[str, Field(min_length=1, max_length=400)]
Picture = Annotated[bytes, Field(max_length=LARGEST_PICTURE), AfterValidator(_jpeg)]


class GivenPin(BaseModel):
    """The form of `POST /pins`: an alt text and a picture by turns."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,40}$")]
    text: Annotated[str, Field(min_length=1, max_length=500)]
    alts: Annotated[list[Alt], Field(max_length=4)]
    pictures: Annotated[list[Picture], Field(max_length=4)]

    @model_validator(mode="after")
    def _each_picture_has_its_alt_text(self) -> Self:
        if len(self.alts) != len(self.pictures):
            raise ValueError("not as many alt texts as pictures")
        return self


@dataclass(frozen=True, kw_only=True)
class HeldPin:
    """A pin as the server holds it."""

    id: str
    author: str
    reference: str
    text: str
    pictures: tuple[bytes, ...] = field(repr=False)
    alts: tuple[str, ...]
    created_at: datetime


class PinboardServer(ScriptedServer):
    """`POST /pins`, `GET /pins?author=me&since=SECONDS`, `DELETE /pins/ID`, `GET /me`."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        super().__init__()
        self.pins: list[HeldPin] = []
        self.may_pin = True
        self.clock = clock or SystemClock()
        self._deleted: set[str] = set()

    def is_create(self, request: Recorded) -> bool:
        """`POST /pins`."""
        return (request.method, request.path) == ("POST", "/pins")

    def refusal(self, failure: str) -> web.Response:
        """In Pinboard's words."""
        match failure:
            case Failure.UNAUTHORIZED:
                return refused(401, "no such token")
            case Failure.FORBIDDEN:
                return refused(403, "your board is read-only")
            case Failure.RATE_LIMITED:
                return refused(429, "slowly, please", {"Retry-After": "120"})
            case Failure.RATE_LIMITED_WITHOUT_RESET:
                return refused(429, "slowly, please")
            case _:
                return refused(500, "a pin fell down")

    def delivered(self) -> list[Delivered]:
        """Our account's pins, oldest first."""
        return [
            Delivered(remote_id=pin.id, text=pin.text, images=pin.pictures, alts=pin.alts)
            for pin in self.pins
            if pin.author == OWNER
        ]

    def pin_as_stranger(self, text: str, *, reference: str) -> None:
        """A stranger's pin. References are each author's own, so that two may be alike."""
        self._hold(STRANGER, GivenPin(reference=reference, text=text, alts=[], pictures=[]))

    async def answer(self, request: Recorded) -> web.StreamResponse:
        """What the server really does with this request."""
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.refusal(Failure.UNAUTHORIZED)
        match request.method, request.path:
            case "POST", "/pins":
                return self._create(request)
            case "GET", "/pins":
                return self._list(request)
            case "GET", "/me":
                me = {"handle": OWNER, "url": f"{self.url}/@{OWNER}", "may_pin": self.may_pin}
                return web.json_response(me)
            case "DELETE", path if found := re.fullmatch(r"/pins/(p\d+)", path):
                return self._delete(found[1])
        return refused(404, "there is nothing here")

    def _create(self, request: Recorded) -> web.Response:
        try:
            given = form(request)
        except ValidationError as error:
            return refused(422, "; ".join(f"{e['loc']}: {e['msg']}" for e in error.errors()))
        if not self.may_pin:
            return refused(403, "this token may only read")
        return web.json_response(self._shown(self._hold(OWNER, given)), status=201)

    def _list(self, request: Recorded) -> web.Response:
        since = datetime.fromtimestamp(int(request.query.get("since", "0")), UTC)
        author = {"me": OWNER}.get(request.query.get("author", ""))
        found = [
            self._shown(pin)
            for pin in reversed(self.pins)
            if pin.created_at >= since and author in (None, pin.author)
        ]
        return web.json_response({"pins": found})

    def _delete(self, pin_id: str) -> web.Response:
        if pin_id in self._deleted:
            return refused(410, "this pin is gone")
        found = next((pin for pin in self.pins if pin.id == pin_id), None)
        if found is None or found.author != OWNER:
            return refused(404, "you have no such pin")
        self.pins.remove(found)
        self._deleted.add(pin_id)
        return web.Response(status=204)

    def _hold(self, author: str, given: GivenPin) -> HeldPin:
        pin = HeldPin(
            id=f"p{len(self.pins) + len(self._deleted) + 1}",
            author=author,
            reference=given.reference,
            text=given.text,
            pictures=tuple(given.pictures),
            alts=tuple(given.alts),
            created_at=self.clock.now(),
        )
        self.pins.append(pin)
        return pin

    def _shown(self, pin: HeldPin) -> dict[str, str]:
        return {
            "id": pin.id,
            "url": f"{self.url}/@{pin.author}/{pin.id}",
            "author": pin.author,
            "reference": pin.reference,
            "text": pin.text,
        }


def form(request: Recorded) -> GivenPin:
    """The pin in a multipart form. Raises ValidationError, for unknown and repeated fields too."""
    head = f"Content-Type: {request.headers.get('Content-Type', '')}\r\n\r\n"
    fields: dict[str, list[str]] = {}
    pictures: list[bytes] = []
    for part in BytesParser(policy=HTTP).parsebytes(head.encode() + request.body).iter_parts():
        name = str(part.get_param("name", header="Content-Disposition"))
        value = part.get_payload(decode=True)
        assert isinstance(value, bytes)
        if (name, part.get_content_type()) == ("picture", "image/jpeg"):
            pictures.append(value)
        else:
            fields.setdefault(name, []).append(value.decode(errors="replace"))
    alts = fields.pop("alt", [])
    once = {name: values[0] if len(values) == 1 else values for name, values in fields.items()}
    return GivenPin.model_validate({**once, "alts": alts, "pictures": pictures})


def refused(status: int, error: str, headers: dict[str, str] | None = None) -> web.Response:
    """A refusal, as Pinboard gives it."""
    return web.json_response({"error": error}, status=status, headers=headers)
