"""Forms: modals as a member is shown them and fills them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.platforms.discord_components import (
    FILE_UPLOAD,
    LABEL,
    SELECT,
    TEXT_INPUT,
    Json,
    components_of,
)
from tests.platforms.discord_objects import Attachment

SHORT = 1
"""The style of a text input of one line."""

Filled = str | Sequence[str] | Attachment | Sequence[Attachment]
"""What a member puts into a field: a text, choices of a select, files."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """`value`: what it is filled with at first. `json`: all that was said of it."""

    kind: int
    label: str
    hint: str
    value: str
    required: bool
    json: Json


@dataclass(frozen=True, kw_only=True)
class Form:
    """`fields` by their custom ids, in order."""

    custom_id: str
    title: str
    fields: Mapping[str, Field]
    components: Sequence[Json]

    def filled(self, values: Mapping[str, Filled]) -> tuple[list[Json], list[Attachment]]:
        """As Discord sends it, and the files; what is not given keeps what it was filled with.

        Raises AssertionError for what Discord's own form would not let a member submit.
        """
        assert set(values) <= set(self.fields), f"the form has only {[*self.fields]}"
        numbers = iter(range(1, 1000))
        filled, files = [], []
        for outer in self.components:
            held = outer.get("components") or [outer.get("component")]
            number = next(numbers)
            said: list[Json] = []
            for each in held:
                if each is None:
                    continue
                value = _value(self.fields[each["custom_id"]], values.get(each["custom_id"]))
                files += value.pop("files", [])
                said.append(
                    {
                        "type": each["type"],
                        "id": next(numbers),
                        "custom_id": each["custom_id"],
                        **value,
                    }
                )
            inner = {"component": said[0]} if outer["type"] == LABEL else {"components": said}
            filled.append({"type": outer["type"], "id": number} | (inner if said else {}))
        return filled, files


def form_of(data: Json) -> Form:
    """The form that a bot asks to be shown."""
    fields = {}
    for outer in data["components"]:
        for each in components_of([outer]):
            if "custom_id" in each:
                fields[each["custom_id"]] = Field(
                    kind=each["type"],
                    label=outer.get("label") or each.get("label") or "",
                    hint=outer.get("description") or each.get("placeholder") or "",
                    value=each.get("value") or "",
                    required=each.get("required") is not False,
                    json=each,
                )
    return Form(
        custom_id=data["custom_id"],
        title=data["title"],
        fields=fields,
        components=data["components"],
    )


def _value(field: Field, given: Filled | None) -> Json:
    if field.kind == TEXT_INPUT:
        text = field.value if given is None else given
        assert isinstance(text, str), f"{field.label}: a text is wanted"
        return {"value": _checked(field, text)}
    chosen = [] if given is None else [given] if isinstance(given, str | Attachment) else [*given]
    least = field.json.get("min_values")
    least = (1 if field.required else 0) if least is None else least
    most = field.json.get("max_values") or 1
    assert least <= len(chosen) <= most, f"{field.label}: {least} to {most} are wanted"
    if field.kind == FILE_UPLOAD:
        files = [each for each in chosen if isinstance(each, Attachment)]
        assert len(files) == len(chosen), f"{field.label}: files are wanted"
        return {"values": [str(each.id) for each in files], "files": files}
    if field.kind == SELECT:
        offered = [each["value"] for each in field.json["options"]]
        assert all(each in offered for each in chosen), f"{field.label}: only {offered}"
    return {"values": chosen}


def _checked(field: Field, text: str) -> str:
    assert text or not field.required, f"{field.label}: may not be empty"
    least, most = field.json.get("min_length") or 0, field.json.get("max_length") or 4000
    assert not text or least <= len(text) <= most, f"{field.label}: {least} to {most} characters"
    assert field.json["style"] != SHORT or "\n" not in text, f"{field.label}: has one line only"
    return text
