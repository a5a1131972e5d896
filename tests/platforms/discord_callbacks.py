"""Callbacks: the part of Discord's API by which a bot answers interactions.

Source: Discord API reference, Receiving and Responding to Interactions.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from bot.testing import Recorded
from tests.platforms.discord_checks import (
    COMPONENTS_V2,
    check_choices,
    check_form,
    check_message,
)
from tests.platforms.discord_components import Json
from tests.platforms.discord_forms import form_of
from tests.platforms.discord_interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    SUBMIT,
    Interaction,
    Kind,
)
from tests.platforms.discord_members import APPLICATION_ID, BOT_ID, GUILD_ID
from tests.platforms.discord_objects import EPHEMERAL, LOADING, SUPPRESS_EMBEDS, Message, pinged_by
from tests.platforms.discord_refusals import Refusal, invalid
from tests.platforms.discord_requests import (
    Answer,
    Handler,
    Ids,
    check_body,
    check_query,
    form,
    token_in,
)

if TYPE_CHECKING:
    from tests.platforms.discord_rest import DiscordServer

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
FOLLOW_UP = f"POST {_WEBHOOK}"
GET_ORIGINAL = f"GET {_WEBHOOK}/messages/@original"
EDIT_ORIGINAL = f"PATCH {_WEBHOOK}/messages/@original"
DELETE_ORIGINAL = f"DELETE {_WEBHOOK}/messages/@original"
GET_FOLLOW_UP = f"GET {_WEBHOOK}/messages/{{message_id}}"
EDIT_FOLLOW_UP = f"PATCH {_WEBHOOK}/messages/{{message_id}}"
DELETE_FOLLOW_UP = f"DELETE {_WEBHOOK}/messages/{{message_id}}"

ANSWER_WITHIN = timedelta(seconds=3)
TOKEN_LASTS = timedelta(minutes=15)

_MAY_SET = EPHEMERAL | SUPPRESS_EMBEDS | COMPONENTS_V2


@dataclass(kw_only=True)
class Callbacks:
    """All interactions there have been, and what answers the bot that answers them."""

    server: "DiscordServer"
    interactions: dict[str, Interaction] = field(default_factory=dict)
    """By their tokens."""

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {
            CALLBACK: self._callback,
            FOLLOW_UP: self._follow_up,
            GET_ORIGINAL: self._get,
            EDIT_ORIGINAL: self._edit,
            DELETE_ORIGINAL: self._delete,
            GET_FOLLOW_UP: self._get,
            EDIT_FOLLOW_UP: self._edit,
            DELETE_FOLLOW_UP: self._delete,
        }

    def open(self, **what: Any) -> Interaction:
        """A new interaction; the keywords are Interaction's."""
        interaction = Interaction(
            id=self.server.snowflake(),
            token=token_urlsafe(48),
            at=self.server.clock.now(),
            **what,
        )
        self.interactions[interaction.token] = interaction
        return interaction

    def _callback(self, request: Recorded, ids: Ids) -> Answer:
        interaction = self.interactions.get(token_in(request))
        if interaction is None or interaction.id != ids["interaction_id"]:
            raise Refusal(404, 10062, "Unknown interaction")
        payload, files = form(request)
        with _noting(interaction):
            self._check_callback(interaction, payload)
            self._act(interaction, payload, files)
        check_query(CALLBACK, request)
        check_body(CALLBACK, request, payload)
        interaction.callback = Kind(payload["type"])
        interaction.took = self.server.clock.now() - interaction.at
        if request.query.get("with_response") in ("1", "true"):
            return 200, _response(interaction)
        return 204, None

    def _check_callback(self, interaction: Interaction, payload: Json) -> None:
        if interaction.callback is not None:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        if self.server.clock.now() - interaction.at > ANSWER_WITHIN:
            raise Refusal(404, 10062, "Unknown interaction")
        if payload.get("type") not in _fitting(interaction):
            raise invalid("type", "INTERACTION_RESPONSE_TYPE_INVALID", "Does not fit here")

    def _act(self, interaction: Interaction, payload: Json, files: Mapping[str, bytes]) -> None:
        data = payload.get("data") or {}
        match payload["type"]:
            case Kind.MESSAGE:
                interaction.original = self._new(interaction, data, files)
                interaction.shown += 1
            case Kind.DEFER:
                flags = int(data.get("flags") or 0) & EPHEMERAL
                interaction.original = self._keep(interaction, content="", flags=flags | LOADING)
            case Kind.DEFER_UPDATE:
                interaction.original = interaction.pressed
            case Kind.UPDATE:
                assert interaction.pressed is not None
                self.change(interaction.pressed, data, files)
                interaction.original = interaction.pressed
                interaction.shown += 1
            case Kind.CHOICES:
                interaction.choices_given = check_choices(data)
            case Kind.FORM:
                check_form(data)
                interaction.form_shown = form_of(data)

    def _follow_up(self, request: Recorded, ids: Ids) -> Answer:
        interaction = self._answered(request, ids)
        payload, files = form(request)
        with _noting(interaction):
            waiting = interaction.original
            if waiting is not None and waiting.thinking:
                # Discord puts the first follow-up in the place of what it waits for.
                self.change(waiting, payload, files)
                interaction.shown += 1
                message = waiting
            else:
                message = self._new(interaction, payload, files)
                interaction.followups.append(message)
        check_query(FOLLOW_UP, request)
        check_body(FOLLOW_UP, request, payload)
        return 200, message.json

    def _get(self, request: Recorded, ids: Ids) -> Answer:
        return 200, self._message(self._answered(request, ids), ids).json

    def _edit(self, request: Recorded, ids: Ids) -> Answer:
        interaction = self._answered(request, ids)
        operation = EDIT_FOLLOW_UP if "message_id" in ids else EDIT_ORIGINAL
        payload, files = form(request)
        with _noting(interaction):
            message = self._message(interaction, ids)
            self.change(message, payload, files)
            interaction.shown += message is interaction.original
        check_query(operation, request)
        check_body(operation, request, payload)
        return 200, message.json

    def _delete(self, request: Recorded, ids: Ids) -> Answer:
        interaction = self._answered(request, ids)
        self._message(interaction, ids).deleted = True
        interaction.changed()
        return 204, None

    def _answered(self, request: Recorded, ids: Ids) -> Interaction:
        """The interaction of the token, which lasts a quarter of an hour from then on."""
        interaction = self.interactions.get(token_in(request))
        if interaction is None or ids["webhook_id"] != APPLICATION_ID:
            raise Refusal(404, 10015, "Unknown Webhook")
        with _noting(interaction):
            if interaction.callback is None:
                raise Refusal(404, 10015, "Unknown Webhook")
            if self.server.clock.now() - interaction.at > TOKEN_LASTS:
                raise Refusal(401, 50027, "Invalid Webhook Token")
        return interaction

    def _message(self, interaction: Interaction, ids: Ids) -> Message:
        ours: Sequence[Message] = interaction.followups
        if interaction.original is not None:
            ours = (interaction.original, *ours)
        for message in ours:
            if not message.deleted and ids.get("message_id", ours[0].id) == message.id:
                if "message_id" not in ids and message is not interaction.original:
                    break
                return message
        raise Refusal(404, 10008, "Unknown Message")

    def _new(self, interaction: Interaction, data: Json, files: Mapping[str, bytes]) -> Message:
        check_message(data, holds_files=bool(files))
        return self._keep(
            interaction,
            content=str(data.get("content") or "").strip(),
            flags=int(data.get("flags") or 0) & _MAY_SET,
            attachments=self.server.attachments(data, files),
            embeds=data.get("embeds") or [],
            components=data.get("components") or [],
            pinged=pinged_by(data.get("content") or "", data.get("allowed_mentions")),
        )

    def _keep(self, interaction: Interaction, *, flags: int, **rest: Any) -> Message:
        return self.server.keep(
            interaction.channel_id,
            BOT_ID,
            flags=flags,
            seen_by=interaction.by.id if flags & EPHEMERAL else None,
            more={
                "application_id": str(APPLICATION_ID),
                "webhook_id": str(APPLICATION_ID),
                "interaction_metadata": interaction.metadata,
            },
            **rest,
        )

    def change(self, message: Message, data: Json, files: Mapping[str, bytes]) -> None:
        """What is not named stays; who sees it cannot be changed."""
        attachments = message.attachments
        if "attachments" in data or files:
            attachments = self.server.attachments(data, files, message.attachments)
        flags = int(data.get("flags") or 0) & (_MAY_SET & ~EPHEMERAL)
        changed: Json = {
            "content": message.content,
            "embeds": message.embeds,
            "components": message.components,
            **{name: data[name] for name in ("content", "embeds", "components") if name in data},
            "flags": (message.flags & ~LOADING) | flags,
        }
        check_message(changed, holds_files=bool(attachments))
        message.content = str(changed["content"] or "").strip()
        message.embeds = changed["embeds"] or []
        message.components = changed["components"] or []
        message.pinged |= pinged_by(data.get("content") or "", data.get("allowed_mentions"))
        message.attachments = attachments
        if not message.thinking:
            message.edited_at = self.server.clock.now()
        message.flags = changed["flags"]


@contextmanager
def _noting(interaction: Interaction) -> Iterator[None]:
    """Tell who waits for the interaction what was done, or that it was refused."""
    try:
        yield
    except Refusal as refusal:
        interaction.refused.append(f"{refusal.status} {refusal.code} {refusal.message}")
        raise
    finally:
        interaction.changed()


def _fitting(interaction: Interaction) -> frozenset[Kind]:
    """The types of answers that an interaction can have."""
    updates = {Kind.DEFER_UPDATE, Kind.UPDATE} if interaction.pressed is not None else set()
    return {
        COMMAND: frozenset({Kind.MESSAGE, Kind.DEFER, Kind.FORM}),
        COMPONENT: frozenset({Kind.MESSAGE, Kind.DEFER, Kind.FORM} | updates),
        AUTOCOMPLETE: frozenset({Kind.CHOICES}),
        SUBMIT: frozenset({Kind.MESSAGE, Kind.DEFER} | updates),
    }[interaction.kind]


def _response(interaction: Interaction) -> Json:
    """What `with_response` gives back."""
    said: Json = {
        "id": str(interaction.id),
        "type": interaction.kind,
        "channel_id": str(interaction.channel_id),
        "guild_id": str(GUILD_ID),
    }
    message = interaction.original
    if message is None:
        return {"interaction": said}
    said |= {
        "response_message_id": str(message.id),
        "response_message_loading": message.thinking,
        "response_message_ephemeral": message.ephemeral,
    }
    if interaction.callback in (Kind.MESSAGE, Kind.UPDATE):
        resource = {"type": interaction.callback, "message": message.json}
        return {"interaction": said, "resource": resource}
    return {"interaction": said}
