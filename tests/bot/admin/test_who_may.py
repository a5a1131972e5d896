"""Only admins: whatever Discord lets through, and whatever anybody makes up."""

import pytest
import simcord

from tests.bot.admin.conftest import Scene


async def test_a_member_sees_only_what_is_for_everyone(scene: Scene) -> None:
    assert scene.bob.available_commands(scene.channel) == ("today",)


async def test_who_sees_a_command_and_is_no_admin_is_told_who_to_ask(scene: Scene) -> None:
    shown = scene.text(await scene.slash("status", by=scene.carol))
    assert shown == "That is for admins. Ask somebody with the role @Villes."
    shown = scene.text(await scene.french().slash("status", by=scene.carol))
    assert shown == "C’est réservé aux admins. Demandez à quelqu’un qui a le rôle @Villes."


async def test_a_member_cannot_ask_for_a_command_that_is_not_shown(scene: Scene) -> None:
    with pytest.raises(simcord.SetupError):
        await scene.slash("status", by=scene.bob)
