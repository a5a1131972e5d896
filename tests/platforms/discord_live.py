"""LiveDiscord: DiscordServer with a gateway, application commands, and members who use them."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from aiohttp import web

from bot.testing import Recorded
from schedules.clock import Clock
from tests.platforms.discord_callbacks import Callbacks
from tests.platforms.discord_commands import Commands
from tests.platforms.discord_components import BUTTON, SELECT, Json
from tests.platforms.discord_forms import Filled
from tests.platforms.discord_gateway import GET_GATEWAY, Gateway
from tests.platforms.discord_interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    SUBMIT,
    Interaction,
)
from tests.platforms.discord_members import (
    APPLICATION_ID,
    BOT_ID,
    EVERYBODY_MAY,
    GUILD_ID,
    Member,
    Role,
    application,
    bot_member,
    guild,
)
from tests.platforms.discord_objects import LARGEST_FILE, Attachment, Channel, Message
from tests.platforms.discord_options import Typed, command_data
from tests.platforms.discord_refusals import Refusal
from tests.platforms.discord_requests import Answer, Ids, check_body, form
from tests.platforms.discord_rest import MESSAGES, TOKEN, DiscordServer

EDIT = f"PATCH {MESSAGES}/{{message_id}}"
GET_APPLICATION = "GET /applications/@me"
GET_OWN_APPLICATION = "GET /oauth2/applications/@me"
NOTHING = discord.Permissions.none()
FIRST_MEMBER, FIRST_ROLE = 600000000000000001, 500000000000000001
ENGLISH, FRENCH = "en-US", "fr"


class LiveDiscord(DiscordServer):
    """What a member does gives an Interaction, which waits for what the bot makes of it.

    `by` does it, in the channel `admins` unless told otherwise, with Discord in the language
    `locale`. What Discord's own client would not let a member do raises AssertionError; `forged`
    sends it all the same, as a client of an attacker's own would.
    """

    def __init__(self, *, token: str = TOKEN, clock: Clock | None = None) -> None:
        super().__init__(token=token, clock=clock)
        self.admins = self.add_channel("admins")
        self.members: list[Member] = []
        self.gateway = Gateway(
            url=lambda: self.gateway_url,
            token=token,
            guild=self._guild_created,
            violations=self.violations,
        )
        self.commands = Commands(snowflake=self.snowflake)
        self.callbacks = Callbacks(server=self)
        self.uploads: dict[int, Attachment] = {}
        self.handlers |= {
            **self.gateway.handlers,
            **self.commands.handlers,
            **self.callbacks.handlers,
            GET_APPLICATION: self._application,
            GET_OWN_APPLICATION: self._application,
            EDIT: self._edit,
        }
        self.without_token |= {GET_GATEWAY, *self.callbacks.handlers}

    @property
    def gateway_url(self) -> str:
        """Where the WebSocket is; `GET /gateway/bot` says it too."""
        return self.url.replace("http", "ws", 1)

    @property
    def cdn(self) -> str:
        return self.url

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/", self.gateway.accept)
        app.router.add_get("/attachments/{id}/{filename}", self._attached)

    async def stop(self) -> None:
        await self.gateway.stop()
        await super().stop()

    def add_role(self, name: str, permissions: discord.Permissions = NOTHING) -> Role:
        """A role of the server; bots that are logged in are told."""
        role = Role(id=FIRST_ROLE + len(self.roles), name=name, permissions=permissions)
        self.roles.append(role)
        if self.gateway.sessions:
            created = {"guild_id": str(GUILD_ID), "role": role.json}
            self.gateway.dispatch("GUILD_ROLE_CREATE", created)
        return role

    def add_member(self, name: str, *roles: Role) -> Member:
        member = Member(id=FIRST_MEMBER + len(self.members), name=name, roles=[*roles])
        self.members.append(member)
        return member

    def upload(
        self, filename: str, data: bytes, content_type: str = "application/octet-stream"
    ) -> Attachment:
        """A file for an option or a form. Discord believes its content type."""
        assert len(data) <= LARGEST_FILE, "Discord takes no larger file from a member"
        attachment = Attachment(
            id=self.snowflake(),
            filename=filename,
            content_type=content_type,
            data=data,
            cdn=self.cdn,
        )
        self.uploads[attachment.id] = attachment
        return attachment

    def slash(
        self,
        name: str,
        options: Mapping[str, Typed] | None = None,
        *,
        by: Member,
        locale: str = ENGLISH,
        channel: Channel | None = None,
        forged: bool = False,
    ) -> Interaction:
        """Send a command, such as "city add"."""
        command, *path = name.split()
        found = self.commands.find(command, None if forged else by)
        data = command_data(found, path, options or {})
        return self._interact(COMMAND, data, f"/{name}", by, locale, channel=channel)

    def autocomplete(
        self,
        name: str,
        options: Mapping[str, Typed],
        *,
        by: Member,
        focused: str | None = None,
        locale: str = ENGLISH,
        forged: bool = False,
    ) -> Interaction:
        """Type into an option of a command: the last one given unless `focused` says which."""
        command, *path = name.split()
        found = self.commands.find(command, None if forged else by)
        data = command_data(found, path, options, focused=focused or [*options][-1])
        return self._interact(AUTOCOMPLETE, data, f"typing /{name}", by, locale)

    def press(
        self,
        message: Message,
        custom_id: str,
        *,
        by: Member,
        locale: str = ENGLISH,
        forged: bool = False,
    ) -> Interaction:
        """Press a button; `message.buttons` has the custom ids by what is written on them."""
        if not forged:
            button = _usable(message, custom_id, by)
            assert button["type"] == BUTTON, f"{custom_id} is no button"
        data = {"id": 1, "component_type": BUTTON, "custom_id": custom_id}
        return self._interact(COMPONENT, data, f"button {custom_id}", by, locale, pressed=message)

    def select(
        self,
        message: Message,
        custom_id: str,
        values: Sequence[str],
        *,
        by: Member,
        locale: str = ENGLISH,
        forged: bool = False,
    ) -> Interaction:
        """Choose from a menu of a message."""
        if not forged:
            select = _usable(message, custom_id, by)
            offered = [each["value"] for each in select.get("options") or []]
            assert select["type"] == SELECT, f"{custom_id} is no menu of texts"
            assert set(values) <= set(offered), f"{custom_id} offers only {offered}"
            least, most = select.get("min_values", 1), select.get("max_values", 1)
            assert least <= len(values) <= most, f"{custom_id} wants {least} to {most}"
        data = {"component_type": SELECT, "custom_id": custom_id, "values": [*values]}
        return self._interact(
            COMPONENT, data | {"id": 1}, f"menu {custom_id}", by, locale, pressed=message
        )

    def submit(
        self,
        opened: Interaction,
        values: Mapping[str, Filled] | None = None,
        *,
        by: Member | None = None,
        locale: str = ENGLISH,
        custom_id: str | None = None,
    ) -> Interaction:
        """Send the form that `opened` has shown, with values by the fields' custom ids.

        What is not given keeps what it was filled with. `custom_id`: a forged one in place of it.
        """
        form = opened.form_shown
        assert form is not None, f"{opened}: no form was shown"
        components, files = form.filled(values or {})
        data: Json = {"custom_id": custom_id or form.custom_id, "components": components}
        if files:
            data["resolved"] = {"attachments": {str(each.id): each.uploaded for each in files}}
        what = f"form {data['custom_id']}"
        return self._interact(
            SUBMIT, data, what, by or opened.by, locale, pressed=opened.pressed, opened_by=opened
        )

    def _interact(
        self,
        kind: int,
        data: Json,
        what: str,
        by: Member,
        locale: str,
        *,
        channel: Channel | None = None,
        pressed: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> Interaction:
        if channel is None:
            channel = self.channels[pressed.channel_id] if pressed else self.admins
        interaction = self.callbacks.open(
            kind=kind,
            what=what,
            by=by,
            channel_id=channel.id,
            pressed=pressed,
            opened_by=opened_by,
        )
        said: Json = {
            "id": str(interaction.id),
            "application_id": str(APPLICATION_ID),
            "type": kind,
            "data": data,
            "guild_id": str(GUILD_ID),
            "guild": {"id": str(GUILD_ID), "locale": FRENCH, "features": []},
            "channel_id": str(channel.id),
            "channel": channel.json | {"permissions": str(by.permissions.value)},
            "member": by.json,
            "token": interaction.token,
            "version": 1,
            "app_permissions": str(EVERYBODY_MAY.value),
            "locale": locale,
            "guild_locale": FRENCH,
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(GUILD_ID)},
            "context": 0,
            "attachment_size_limit": LARGEST_FILE,
        }
        if pressed is not None:
            said["message"] = pressed.json
        self.gateway.dispatch("INTERACTION_CREATE", said)
        return interaction

    def _guild_created(self) -> Json:
        nothing = "members presences voice_states threads stage_instances guild_scheduled_events"
        return guild(self.roles) | {
            "joined_at": "2026-01-01T00:00:00+00:00",
            "large": False,
            "unavailable": False,
            "member_count": 1 + len(self.members),
            "channels": [each.json for each in self.channels.values()],
            **{name: list[Any]() for name in nothing.split()},
            "soundboard_sounds": [],
            "members": [bot_member()],
        }

    def _application(self, request: Recorded, ids: Ids) -> Answer:
        return 200, application()

    def _edit(self, request: Recorded, ids: Ids) -> Answer:
        """A message in a channel, which is the bot's own."""
        self._channel(ids)
        message = self._message(ids)
        if message.author_id != BOT_ID:
            raise Refusal(403, 50005, "Cannot edit a message authored by another user")
        payload, files = form(request)
        check_body(EDIT, request, payload)
        self.callbacks.change(message, payload, files)
        return 200, message.json

    async def _attached(self, request: web.Request) -> web.StreamResponse:
        """What a member uploaded, or the bot attached: without any token, as Discord's CDN."""
        if "Authorization" in request.headers:
            self.violations.append("the bot's token was sent to the CDN")
        there = {each.id: each for each in self.uploads.values()}
        there |= {each.id: each for message in self.messages for each in message.attachments}
        number = request.match_info["id"]
        found = there.get(int(number)) if number.isdecimal() else None
        if found is None or found.filename != request.match_info["filename"]:
            return web.Response(status=404, text="This content is no longer available.")
        kind = found.content_type or "application/octet-stream"
        return web.Response(body=found.data, headers={"Content-Type": kind})


def _usable(message: Message, custom_id: str, by: Member) -> Json:
    """The button or menu, if a member may use it. Raises AssertionError."""
    assert not message.deleted, "the message is not there any more"
    assert message.seen_by in (None, by.id), f"{by.name} does not see this message"
    found = message.component(custom_id)
    assert found is not None, f"no {custom_id} in this message: {message.buttons}"
    assert not found.get("disabled"), f"{custom_id} is greyed out"
    return found
