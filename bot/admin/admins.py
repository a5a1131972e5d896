"""Who may: the members with one of the admin roles, whatever Discord itself lets through."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.publishers.discord.markdown import as_written


@dataclass(frozen=True, kw_only=True)
class Admins:
    """The members who have one of these roles. A role belongs to one server."""

    role_ids: frozenset[int]

    def include(self, user: discord.User | discord.Member) -> bool:
        """Whether this is an admin. In a direct message nobody is: there are no roles."""
        # As the interaction has them: `Member.get_role` knows none while the server is in an outage
        # or has not been sent yet.
        return isinstance(user, discord.Member) and any(
            user._roles.has(role_id) for role_id in self.role_ids
        )

    def guilds(self, client: discord.Client) -> Sequence[discord.Guild]:
        """The servers that have an admin role; none of those in an outage, which have no roles."""
        return [
            guild
            for guild in client.guilds
            if any(guild.get_role(role_id) is not None for role_id in self.role_ids)
        ]

    def named_in(self, guild: discord.Guild | None) -> Sequence[str]:
        """The names of the roles in a server, to tell who to ask."""
        roles = [guild.get_role(role_id) for role_id in sorted(self.role_ids)] if guild else []
        return [as_written(f"@{role.name}") for role in roles if role is not None]


def name_on_record(user: discord.User | discord.Member) -> str:
    """Who acts, as the record of changes has it: "discord:1234 alice"."""
    return f"discord:{user.id} {user.name}"
