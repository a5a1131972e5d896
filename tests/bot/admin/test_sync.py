"""The commands come to Discord when they change, and each of them once."""

import discord
from structlog.testing import capture_logs

from tests.bot.admin.conftest import Scene


def written(scene: Scene) -> list[str]:
    """The writes of commands, as Discord got them."""
    return [
        f"{each.method} {each.path}"
        for each in scene.env.http_requests
        if each.method != "GET" and each.path.endswith("/commands")
    ]


async def test_what_has_not_changed_is_not_written_again(scene: Scene) -> None:
    before = written(scene)
    await scene.bot.on_ready()
    await scene.bot.on_ready()
    assert written(scene) == before


async def test_a_server_that_has_no_admins_any_more_loses_the_commands(scene: Scene) -> None:
    assert "status" in scene.carol.available_commands(scene.channel)
    member = scene.bot.get_guild(scene.guild.id)
    assert member is not None
    (role,) = (each for each in member.roles if each.id in scene.bot.admins.role_ids)
    with capture_logs() as logs:
        await role.delete()
        await scene.env.settle()
    assert "no_admin_role" in [line["event"] for line in logs]
    assert scene.carol.available_commands(scene.channel) == ("today",)


async def test_no_command_is_shown_twice(scene: Scene) -> None:
    shown = scene.alice.available_commands(scene.channel)
    assert len(shown) == len(set(shown))
    commands = scene.env.backend.commands
    everywhere = {name for name, _ in commands[None]}
    here = {name for name, _ in commands[scene.guild.id]}
    assert everywhere == {"today"}
    assert not everywhere & here


async def test_a_server_that_is_away_for_a_while_keeps_its_commands(scene: Scene) -> None:
    guild = scene.bot.get_guild(scene.guild.id)
    assert guild is not None
    there = scene.env.backend.commands[scene.guild.id]
    assert there
    with capture_logs():
        scene.bot._connection._guilds[guild.id] = discord.Guild(  # as READY brings it
            data={"id": str(guild.id), "unavailable": True},  # type: ignore[typeddict-item]
            state=scene.bot._connection,
        )
        before = written(scene)
        await scene.bot.on_ready()
    assert written(scene) == before


async def test_a_server_that_lets_the_bot_in_again_gets_its_commands_anew(scene: Scene) -> None:
    """Discord forgets them when the bot leaves."""
    guild = scene.bot.get_guild(scene.guild.id)
    assert guild is not None
    with capture_logs():
        del scene.bot._connection._guilds[guild.id]
        await scene.bot.on_guild_remove(guild)
    scene.bot._connection._guilds[guild.id] = guild
    before = written(scene)
    await scene.bot.on_guild_join(guild)
    assert len(written(scene)) == len(before) + 1
