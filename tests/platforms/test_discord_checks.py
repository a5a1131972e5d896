"""What Discord refuses in messages and forms, where our own code could come near it."""

from typing import Any

import pytest

from tests.platforms.discord_checks import check_form, check_message
from tests.platforms.discord_refusals import Refusal


def button(custom_id: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "A", "custom_id": custom_id} | more


def row(*held: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": [*held]}


def menu(count: int, **more: Any) -> dict[str, Any]:
    options = [{"label": str(n), "value": str(n)} for n in range(count)]
    return {"type": 3, "custom_id": "menu", "options": options} | more


def label(**component: Any) -> dict[str, Any]:
    held = {"type": 4, "style": 1, "custom_id": "a"} | component
    return {"type": 18, "label": "A", "component": held}


FULL = {
    "content": "x" * 2000,
    "embeds": [{"description": "x" * 4096}, {"description": "x" * 1904}],
    "components": [*(row(*(button(f"{n}{m}") for m in range(5))) for n in range(4)), row(menu(25))],
}


def test_a_message_that_fills_every_limit_is_taken() -> None:
    check_message(FULL, holds_files=True)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"content": "x" * 2001}, 50035),
        ({"embeds": [{"description": "x" * 4097}]}, 50035),
        ({"embeds": [{"description": "x" * 4096}, {"description": "x" * 1905}]}, 50035),
        ({"embeds": [{"title": "x"}] * 11}, 50035),
        ({"embeds": [{"fields": [{"name": "n", "value": ""}]}]}, 50035),
        ({"components": [row(button(str(n))) for n in range(6)]}, 50035),
        ({"components": [row(*(button(str(n)) for n in range(6)))]}, 50035),
        ({"components": [row(button(), menu(1))]}, 50035),
        ({"components": [row()]}, 50035),
        ({"components": [button()]}, 50035),
        ({"components": [row(button("a"), button("a"))]}, 50035),
        ({"components": [row(button("x" * 101))]}, 50035),
        ({"components": [row(button(label="x" * 81))]}, 50035),
        ({"components": [row(button(label=""))]}, 50035),
        ({"components": [row(button(style=5))]}, 50035),
        ({"components": [row(menu(26))]}, 50035),
        ({"components": [row(menu(2, max_values=3))]}, 50035),
        ({"content": " ", "embeds": [], "components": []}, 50006),
    ],
)
def test_a_message_beyond_one_is_not(changed: dict[str, Any], code: int) -> None:
    with pytest.raises(Refusal) as caught:
        check_message(FULL | changed, holds_files=False)
    assert caught.value.code == code


FORM = {
    "custom_id": "f",
    "title": "x" * 45,
    "components": [label(custom_id=str(n), value="x" * 4000) for n in range(5)],
}


def test_a_form_that_fills_every_limit_is_taken() -> None:
    check_form(FORM)


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "x" * 46},
        {"custom_id": ""},
        {"components": []},
        {"components": [label(custom_id=str(n)) for n in range(6)]},
        {"components": [label(), label()]},
        {"components": [label() | {"label": "x" * 46}]},
        {"components": [label(value="x" * 31, max_length=30)]},
        {"components": [label(placeholder="x" * 101)]},
        {"components": [row(button())]},
        {"components": [button()]},
    ],
)
def test_a_form_beyond_one_is_not(changed: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        check_form(FORM | changed)
