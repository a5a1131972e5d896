"""A quick part of the matrix (`make proof` runs all of it), and that it would see a violation."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.proof.cell import Cell, Verdict, judge, run
from tests.proof.columns import COLUMNS
from tests.proof.matrix import platforms, run_all
from tests.proof.network_scenes import X, XScene, x_scene
from tests.proof.scene import Failure, Platform, Scene
from tests.proof.template import make_template

QUICK = {
    "site": (
        ("none", "the platform has acted; the answer is not read", "1"),
        ("a file where the records belong", "after settling, before anybody is told", "f"),
        (
            "a folder where the front page belongs",
            "in doubt by the failure: after the look-up",
            "1",
        ),
    ),
    "twitter": (
        ("none", "the create has left; the platform never acts", "1"),
        ("none", "the platform has acted; then after the look-up", "1"),
        ("402 out of credits", "after an alert is sent, before that is on record", "f"),
        ("429 with a reset time", "2nd create: the platform has acted", "1"),
        ("seen 90 s later, past what we wait for", "after arming; then before disarming", "1"),
    ),
    "discord": (
        ("none", "the create has left; the platform acts after the death", "1"),
        (
            "created, then the connection drops",
            "after the create's answer, before settling",
            "1",
        ),
        ("look-up: 401", "after arming; then after arming again", "1"),
        ("refused connection, all day", "after the window is closed, before anybody is told", "m"),
    ),
}


def cell(platform: Platform, failure: str, death: str) -> Cell:
    (row,) = [each for each in platform.failures if each.name == failure]
    (column,) = [each for each in COLUMNS if each.name == death]
    assert column.applies_to(platform, row)
    return Cell(platform=platform, failure=row, column=column)


@pytest.mark.parametrize("name", sorted(QUICK))
async def test_killed_at_any_step_a_day_has_one_post_or_an_admin_who_was_told(name: str) -> None:
    (platform,) = [each for each in platforms() if each.name == name]
    quick = QUICK[name]
    wanted = [cell(platform, failure, death) for failure, death, _ in quick]
    outcomes = await run_all(wanted, jobs=2)
    for outcome, (*_, mark) in zip(outcomes, quick, strict=True):
        assert outcome.reached, (outcome.cell.name, *outcome.log)
        assert outcome.verdict.value == mark, (outcome.cell.name, outcome.why, *outcome.log)


async def test_the_proof_sees_a_second_post(tmp_path: Path) -> None:
    def post_beside_the_service(scene: Scene) -> None:
        assert isinstance(scene, XScene)
        scene.server.post("Une ville, encore.")

    twice = Failure(name="somebody else posts too", strike=post_beside_the_service)
    outcome = await run(
        Cell(platform=X, failure=twice, column=COLUMNS[0]),
        await make_template(tmp_path / "template"),
        tmp_path / "cell",
    )
    assert outcome.verdict is Verdict.WRONG
    assert "2 posts; the ledger says published" in outcome.why


async def test_the_proof_sees_that_nobody_was_told(tmp_path: Path) -> None:
    failed = cell(X, "402 out of credits", "not killed")
    template = await make_template(tmp_path / "template")
    outcome = await run(failed, template, tmp_path / "cell")
    assert outcome.verdict is Verdict.FAILED
    async with x_scene(tmp_path, tmp_path / "clock") as empty:
        assert judge(empty, tmp_path / "cell", ())[0] is Verdict.WRONG
        with closing(sqlite3.connect(tmp_path / "cell" / "data" / "city-a-day.db")) as database:
            database.execute("UPDATE alerts SET told_at = NULL")
            database.commit()
        assert judge(empty, tmp_path / "cell", outcome.log)[0] is Verdict.WRONG


def test_every_publisher_that_is_built_in_has_its_table() -> None:
    assert {platform.name for platform in platforms()} == set(QUICK)
