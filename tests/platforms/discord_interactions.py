"""Interaction: what a member did, and what the bot lets that member see of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import TypeVar

from tests.platforms.discord_components import Json
from tests.platforms.discord_forms import Form
from tests.platforms.discord_gateway import PATIENCE
from tests.platforms.discord_members import GUILD_ID, Member
from tests.platforms.discord_objects import Message

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
"""Kinds of interactions."""

T = TypeVar("T")


class Kind(IntEnum):
    """Of a bot's first answer to an interaction."""

    MESSAGE = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    FORM = 9


@dataclass(kw_only=True, eq=False)
class Interaction:
    """Wait for what comes of it with `message`, `form`, `choices`, `followed_up`.

    Each of these raises AssertionError at once when something else is answered, and after ten
    seconds when nothing is.
    """

    id: int
    token: str
    kind: int
    what: str
    """Such as "/queue list"."""
    by: Member
    at: datetime
    channel_id: int
    pressed: Message | None = None
    """The message whose button or select it was, or whose form was opened by that."""
    opened_by: "Interaction | None" = None
    """What a form was shown in answer to."""

    callback: Kind | None = None
    """What the first answer was."""
    took: timedelta | None = None
    """How long the first answer took, by the server's clock."""
    original: Message | None = None
    """The answer's message, or the one that was pressed and is to be updated."""
    shown: int = 0
    """How often that message has been shown or changed; none while the bot is "thinking"."""
    followups: list[Message] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """What Discord did not accept of the bot: "404 10062 Unknown interaction"."""
    form_shown: Form | None = None
    choices_given: list[Json] | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def acknowledged(self) -> Kind:
        """What the first answer is: DEFER or DEFER_UPDATE where the rest comes later."""
        return await self._until("answered", lambda: self.callback)

    async def message(self, *, shown: int = 1) -> Message:
        """The answer, once there is more of it than "thinking"; at its `shown`th state or later."""
        if self.kind == AUTOCOMPLETE:
            raise AssertionError("only choices are shown here")

        def there() -> Message | None:
            assert self.form_shown is None, f"{self}: a form was shown, not a message"
            return self.original if self.shown >= shown else None

        return await self._until("a message", there)

    async def followed_up(self, count: int = 1) -> Sequence[Message]:
        """The messages after the answer, at least so many."""
        return await self._until(
            "a follow-up", lambda: self.followups if len(self.followups) >= count else None
        )

    async def form(self) -> Form:
        """The form that opens."""

        def there() -> Form | None:
            said = "" if self.original is None else self.original.content
            assert self.shown == 0, f"{self}: a message was shown, not a form: {said}"
            return self.form_shown

        return await self._until("a form", there)

    async def choices(self) -> dict[str, object]:
        """What is offered while typing: the values by the names that are shown, in order."""
        given = await self._until("choices", lambda: self.choices_given)
        return {each["name"]: each["value"] for each in given}

    async def refusal(self, count: int = 1) -> str:
        """What Discord said to the bot when it refused what that sent, the `count`th time."""
        refused = await self._until(
            "a refusal", lambda: self.refused if len(self.refused) >= count else None
        )
        return refused[count - 1]

    def changed(self) -> None:
        """For the server: look again."""
        self._changed.set()

    @property
    def metadata(self) -> Json:
        """How a message says what it answers."""
        said = {
            "id": str(self.id),
            "type": self.kind,
            "user": self.by.user,
            "authorizing_integration_owners": {"0": str(GUILD_ID)},
        }
        if self.kind == COMPONENT and self.pressed is not None:
            said["interacted_message_id"] = str(self.pressed.id)
        if self.opened_by is not None:
            said["triggering_interaction_metadata"] = self.opened_by.metadata
        return said

    def __str__(self) -> str:
        return f"{self.what} by {self.by.name}"

    async def _until(self, wanted: str, found: Callable[[], T | None]) -> T:
        try:
            async with asyncio.timeout(PATIENCE):
                while (value := found()) is None:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError as error:
            first = "nothing" if self.callback is None else self.callback.name
            raise AssertionError(
                f"{self}: no sign of {wanted}; first answer: {first}, shown: {self.shown}, "
                f"follow-ups: {len(self.followups)}, refused: {self.refused}"
            ) from error
        return value
