"""Three rooms, one direction: content ← schedules ← bot; and who may import what from outside."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORBIDDEN = {
    "content": {"schedules", "bot", "apscheduler", "tweepy", "discord", "sqlalchemy", "aiohttp"},
    "schedules": {"bot", "tweepy", "discord", "sqlalchemy", "aiohttp"},
    "bot": {"apscheduler"},
}


def modules(room: str) -> Iterator[Path]:
    return (ROOT / room).rglob("*.py")


def imports(module: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            found.add(node.module or "")
    return found


def packages(module: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(module)}


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_rooms_to_its_left_and_its_own_libraries(room: str) -> None:
    seen = {
        str(module.relative_to(ROOT)): wrong
        for module in modules(room)
        if (wrong := packages(module) & FORBIDDEN[room])
    }
    assert seen == {}


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_has_modules_to_check(room: str) -> None:
    assert len(list(modules(room))) > 5


def test_the_content_room_has_no_clock_and_no_network() -> None:
    outside = {"socket", "ssl", "urllib", "http", "requests", "time"}
    seen = {m.name: wrong for m in modules("content") if (wrong := packages(m) & outside)}
    assert seen == {}


def test_no_module_but_the_platforms_own_knows_a_platform() -> None:
    seen = {}
    for room in FORBIDDEN:
        for module in modules(room):
            inside = module.relative_to(ROOT).parts
            own = inside[2] if inside[:2] == ("bot", "publishers") and len(inside) > 3 else ""
            if inside[:2] == ("bot", "admin"):
                own = "discord"
            wrong = {
                name
                for name in imports(module)
                if name.startswith("bot.publishers.") and name.split(".")[2] != own
            }
            if wrong:
                seen[module.name] = wrong
    assert seen == {}


def test_only_tests_import_what_is_for_tests() -> None:
    """`bot.testing` needs pytest, which an operator does not have."""
    seen = {}
    for room in FORBIDDEN:
        for module in modules(room):
            wrong = {name for name in imports(module) if name.startswith(("bot.testing", "pytest"))}
            if wrong and module.parent != ROOT / "bot" / "testing":
                seen[module.name] = wrong
    assert seen == {}


def test_the_check_sees_a_wrong_import(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def late():\n    from bot.app import App\n", encoding="utf-8")
    assert packages(wrong) == {"bot"}
