"""Brings the commands to Discord, only when they have changed, and each to one place.

What is for everyone is a global command; what is for admins is a command of each server that has an
admin role. No command is in both, where Discord would show it twice (discord.py issue 9573).
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import structlog

from bot.admin.commands import EVERYONE

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

log = structlog.get_logger()

GLOBAL = "global"

Payload = dict[str, Any]
"""A command as Discord's API takes it."""


async def sync(bot: "AdminBot") -> None:
    """Write the commands wherever they are not yet as they should be.

    A server in an outage is left as it is: its roles are not known, and `AdminBot` comes back here
    once they are.
    Discord lets 200 new commands a day be made, so what was written is remembered by a fingerprint.
    Raises discord.HTTPException, StoreUnavailable.
    """
    if bot.application_id is None:
        return
    wanted = await _wanted(bot)
    away = {str(guild.id) for guild in bot.guilds if guild.unavailable}
    if len(wanted) == 1 and not away:
        log.error("no_admin_role", roles=sorted(bot.admins.role_ids), servers=len(bot.guilds))
    note = f"commands/{bot.application_id}"
    known: dict[str, str] = json.loads(await bot.app.store.note(note) or "{}")
    for scope in {**known, **wanted}:
        payload = wanted.get(scope, [])
        fingerprint = _fingerprint(payload)
        if scope in away or known.get(scope) == fingerprint:
            continue
        await _write(bot, bot.application_id, scope, payload)
        if payload:
            known[scope] = fingerprint
        else:
            known.pop(scope, None)
        await bot.app.store.set_note(note, json.dumps(known, sort_keys=True))
        log.info("commands_synced", scope=scope, commands=len(payload))


async def _wanted(bot: "AdminBot") -> Mapping[str, Sequence[Payload]]:
    """The commands of each place."""
    public: list[Payload] = []
    for_admins: list[Payload] = []
    translator = bot.tree.translator
    for command in bot.tree.get_commands():
        if translator is None:
            payload = command.to_dict(bot.tree)
        else:
            payload = await command.get_translated_payload(bot.tree, translator)
        (public if EVERYONE in command.extras else for_admins).append(payload)
    return {GLOBAL: public, **{str(each.id): for_admins for each in bot.admins.guilds(bot)}}


async def _write(
    bot: "AdminBot", application_id: int, scope: str, payload: Sequence[Payload]
) -> None:
    if scope == GLOBAL:
        await bot.http.bulk_upsert_global_commands(application_id, payload=list(payload))
    elif any(str(guild.id) == scope for guild in bot.guilds):
        await bot.http.bulk_upsert_guild_commands(application_id, int(scope), payload=list(payload))


def _fingerprint(payload: Sequence[Payload]) -> str:
    return sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
