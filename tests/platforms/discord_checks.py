"""What Discord refuses in a message or a form: limits of number, length, and structure.

Source: Discord API reference, Create Message, Component Reference, Embed Limits.
"""

from collections import Counter
from collections.abc import Sequence

from tests.platforms.discord_components import (
    BUTTON,
    FILE_UPLOAD,
    LABEL,
    LINK,
    PREMIUM,
    ROW,
    SELECT,
    SELECTS,
    TEXT_DISPLAY,
    TEXT_INPUT,
    Json,
    components_of,
)
from tests.platforms.discord_refusals import Refusal, invalid, too_long

COMPONENTS_V2 = 1 << 15


def check_message(payload: Json, *, holds_files: bool) -> None:
    """A message as it is sent, or as it is after an edit. Raises Refusal."""
    content, embeds = str(payload.get("content") or "").strip(), payload.get("embeds") or []
    components, flags = payload.get("components") or [], int(payload.get("flags") or 0)
    if len(content) > 2000:
        raise too_long("content", 2000)
    _check_embeds(embeds)
    if flags & COMPONENTS_V2:
        if content or embeds:
            raise invalid("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "")
        if sum(1 for _ in components_of(components)) > 40:
            raise too_long("components", 40)
    elif len(components) > 5:
        raise too_long("components", 5)
    elif any(each["type"] != ROW for each in components):
        raise invalid("components", "UNION_TYPE_CHOICES", "Value must be one of {1}.")
    _check_components(components)
    if not (content or embeds or components or holds_files):
        raise Refusal(400, 50006, "Cannot send an empty message")


def check_form(data: Json) -> None:
    """A form as it is to be shown. Raises Refusal."""
    if not 1 <= len(data.get("title") or "") <= 45:
        raise invalid("title", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 45 in length.")
    _check_length("custom_id", data.get("custom_id"), 100)
    components = data.get("components") or []
    if not 1 <= len(components) <= 5:
        raise invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for each in components:
        inner = (each.get("components") or []) if each["type"] == ROW else [each.get("component")]
        if each["type"] == LABEL:
            _check_length("label", each.get("label"), 45)
        elif each["type"] == ROW:
            if [held["type"] for held in inner] != [TEXT_INPUT]:
                raise invalid("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "One text input.")
            _check_length("label", inner[0].get("label"), 45)
        elif each["type"] != TEXT_DISPLAY:
            raise invalid("components", "UNION_TYPE_CHOICES", "Value must be one of {1, 10, 18}.")
    _check_components(components)


def check_choices(data: Json) -> list[Json]:
    """What is to be offered while a member types. Raises Refusal."""
    choices: list[Json] = data.get("choices") or []
    if len(choices) > 25:
        raise too_long("choices", 25)
    for each in choices:
        _check_length("name", each.get("name"), 100)
        if len(str(each["value"])) > 100:
            raise too_long("value", 100)
    return choices


def _check_components(components: Sequence[Json]) -> None:
    custom_ids: Counter[str] = Counter()
    for each in components_of(components):
        if each["type"] == ROW:
            _check_row(each.get("components") or [])
        elif each["type"] == BUTTON:
            _check_button(each)
        elif each["type"] == SELECT:
            _check_select(each)
        elif each["type"] == TEXT_INPUT:
            _check_text_input(each)
        elif each["type"] in SELECTS | {FILE_UPLOAD}:
            _check_length("custom_id", each.get("custom_id"), 100)
        if each.get("custom_id"):
            custom_ids[each["custom_id"]] += 1
    if any(number > 1 for number in custom_ids.values()):
        code = "COMPONENT_CUSTOM_ID_DUPLICATED"
        raise invalid("custom_id", code, "Component custom id cannot be duplicated")


def _check_row(held: Sequence[Json]) -> None:
    kinds = [each["type"] for each in held]
    if not kinds or len(kinds) > 5 or (len(kinds) > 1 and set(kinds) != {BUTTON}):
        code = "COMPONENT_LAYOUT_WIDTH_EXCEEDED"
        raise invalid("components", code, "The specified component exceeds the maximum width")


def _check_button(button: Json) -> None:
    if button.get("style") == LINK:
        if not button.get("url") or button.get("custom_id"):
            raise invalid("url", "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
    elif button.get("style") != PREMIUM:
        _check_length("custom_id", button.get("custom_id"), 100)
    if not button.get("label") and not button.get("emoji"):
        raise invalid("label", "BUTTON_COMPONENT_LABEL_REQUIRED", "A label or emoji is required")
    if len(button.get("label") or "") > 80:
        raise too_long("label", 80)


def _check_select(select: Json) -> None:
    _check_length("custom_id", select.get("custom_id"), 100)
    options = select.get("options") or []
    if not 1 <= len(options) <= 25:
        raise invalid("options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    if len({each["value"] for each in options}) < len(options):
        code = "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"
        raise invalid("options", code, "The specified option value is already used")
    for each in options:
        _check_length("label", each.get("label"), 100)
        _check_length("value", each.get("value"), 100)
        if len(each.get("description") or "") > 100:
            raise too_long("description", 100)
    most = select.get("max_values") or 1
    if most > len(options) or sum(bool(each.get("default")) for each in options) > most:
        raise invalid("max_values", "SELECT_COMPONENT_MAX_VALUES_INVALID", "Too many values")


def _check_text_input(text: Json) -> None:
    _check_length("custom_id", text.get("custom_id"), 100)
    most = text.get("max_length") or 4000
    if len(text.get("value") or "") > most:
        raise too_long("value", most)
    if len(text.get("placeholder") or "") > 100:
        raise too_long("placeholder", 100)


def _check_embeds(embeds: Sequence[Json]) -> None:
    if len(embeds) > 10:
        raise too_long("embeds", 10)
    if sum(map(_characters, embeds)) > 6000:
        raise invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum of 6000")
    for embed in embeds:
        _check_embed(embed)


def _check_embed(embed: Json) -> None:
    for name, most in (("title", 256), ("description", 4096)):
        if len(embed.get(name) or "") > most:
            raise too_long(name, most)
    fields = embed.get("fields") or []
    if len(fields) > 25:
        raise too_long("fields", 25)
    for each in fields:
        _check_length("name", each.get("name"), 256)
        _check_length("value", each.get("value"), 1024)
    if len((embed.get("footer") or {}).get("text") or "") > 2048:
        raise too_long("footer", 2048)


def _characters(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts += [(embed.get("author") or {}).get("name")]
    for each in embed.get("fields") or []:
        texts += [each.get("name"), each.get("value")]
    return sum(len(text or "") for text in texts)


def _check_length(name: str, value: object, most: int) -> None:
    if not isinstance(value, str) or not value:
        raise invalid(name, "BASE_TYPE_REQUIRED", "This field is required")
    if len(value) > most:
        raise too_long(name, most)
