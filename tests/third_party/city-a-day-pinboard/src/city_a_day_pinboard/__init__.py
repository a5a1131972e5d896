"""pinboard: a city a day as a pin, with its pictures, on a Pinboard server."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO

import aiohttp
from pydantic import BaseModel, Field, SecretStr

from bot.http import HttpClient, already_gone, read, told_apart
from bot.platform import HttpSettings, Platform, Surroundings, WebAddress
from content.post import Limits, Post, Rendering
from content.render import render
from schedules.errors import AuthExpired
from schedules.publisher import Account, Prepared, Publisher, Receipt


class PinboardSettings(HttpSettings):
    """What an operator sets: CITY_A_DAY_PINBOARD__TOKEN and so on."""

    token: SecretStr = Field(min_length=1, description="A token that may pin, from /settings.")
    url: WebAddress = Field(description="Where the Pinboard is, such as https://pinboard.example.")


class Pin(BaseModel):
    """A pin as the server shows it; `reference` is what its author gave along with it."""

    id: str
    url: str
    reference: str


class Pins(BaseModel):
    """The answer to `GET /pins`."""

    pins: tuple[Pin, ...]


class Me(BaseModel):
    """The answer to `GET /me`."""

    handle: str
    url: str
    may_pin: bool


class PinboardPublisher:
    """One account on a Pinboard server."""

    limits = Limits(
        text=500,
        count=len,
        images=4,
        image_bytes=2_000_000,
        image_side=2048,
        alt=400,
    )
    visible_after = timedelta(seconds=5)

    def __init__(self, settings: PinboardSettings, surroundings: Surroundings) -> None:
        self.destination = surroundings.destination
        self.language: str = settings.language
        self._url = settings.url
        headers = {"Authorization": f"Bearer {settings.token.get_secret_value()}"}
        self._http = HttpClient(timeout=settings.timeout, headers=headers)

    def preview(self, post: Post) -> Rendering:
        """Nothing is special to Pinboard but its limits."""
        return render(post, self.limits)

    async def prepare(self, rendering: Rendering) -> Prepared:
        """See that we may pin, while nothing is at stake; the pictures travel with the pin."""
        await self.check()
        return Prepared(rendering=rendering)

    async def publish(self, prepared: Prepared, *, key: str) -> Receipt:
        """One `POST /pins`; `key` becomes the pin's reference."""
        pin = aiohttp.FormData({"reference": key, "text": prepared.rendering.text})
        for image in prepared.rendering.images:
            pin.add_field("alt", image.alt)
            pin.add_field("picture", BytesIO(image.data), content_type=image.media_type)
        with told_apart("Pinboard", creating=True):
            answer = await self._http.request("POST", f"{self._url}/pins", data=pin)
            return receipt(read(Pin, answer))

    async def find_existing(
        self, rendering: Rendering, *, key: str, since: datetime
    ) -> Receipt | None:
        """Our pin with this reference. The server gives all of them since then, on one page."""
        earliest = since - timedelta(minutes=10)  # the server's clock may be behind ours
        asked = {"author": "me", "since": f"{earliest.timestamp():.0f}"}
        with told_apart("Pinboard"):
            answer = await self._http.request("GET", f"{self._url}/pins", params=asked)
            pins = read(Pins, answer).pins
        return next((receipt(pin) for pin in pins if pin.reference == key), None)

    async def delete(self, remote_id: str) -> None:
        """`DELETE /pins/ID`, which Pinboard answers with a 410 from the second time on."""
        with told_apart("Pinboard"), already_gone(410):
            await self._http.request("DELETE", f"{self._url}/pins/{remote_id}")

    async def check(self) -> Account:
        """Whose token it is, and whether it may pin."""
        with told_apart("Pinboard"):
            me = read(Me, await self._http.request("GET", f"{self._url}/me"))
        if not me.may_pin:
            raise AuthExpired("This token may only read. Make one that may pin, in /settings.")
        return Account(name=me.handle, url=me.url)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.close()


def receipt(pin: Pin) -> Receipt:
    """What the ledger keeps of a pin."""
    return Receipt(remote_id=pin.id, url=pin.url)


def build(settings: PinboardSettings, surroundings: Surroundings) -> Sequence[Publisher]:
    """One publisher, since a token belongs to one account."""
    return (PinboardPublisher(settings, surroundings),)


platform = Platform(settings=PinboardSettings, build=build)
