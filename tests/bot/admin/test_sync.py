"""The commands come to Discord when they change, and each of them once."""

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
