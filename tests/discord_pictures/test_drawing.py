"""The drawing shows what an answer holds, or says that it cannot."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.discord_pictures.drawing import Drawn, Json, page_of_messages
from tests.discord_pictures.markdown import Reader, as_html

READER = Reader(now=datetime(2026, 11, 22, 5, 48, tzinfo=UTC), zone=ZoneInfo("Europe/Paris"))
EMPTY: Json = {"content": "", "embeds": [], "components": [], "attachments": [], "flags": 0}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**Le Mans**, Sarthe", "<div><strong>Le Mans</strong>, Sarthe</div>"),
        (r"\*Albi\*", "<div>*Albi*</div>"),
        ("`12` next", "<div><code>12</code> next</div>"),
        ("<b>", "<div>&lt;b&gt;</div>"),
        ("-# small\nlarge", '<div class="small">small</div><div>large</div>'),
        ("<t:1795334400:R>", '<div><span class="moment">in 2 hours</span></div>'),
        ("<t:1795334400:f>", '<div><span class="moment">22 November 2026 09:00</span></div>'),
    ],
)
def test_markdown_looks_as_in_discord(written: str, shown: str) -> None:
    assert as_html(written, READER) == shown


def test_a_picture_is_shown_by_its_embed_alone() -> None:
    embed = {"title": "X", "image": {"url": "attachment://x.jpg"}}
    files = [{"filename": each, "url": f"https://cdn/{each}"} for each in ("x.jpg", "y.jpg")]
    shown = Drawn(message={**EMPTY, "embeds": [embed], "attachments": files})
    assert [each["filename"] for each in shown.loose] == ["y.jpg"]


def test_what_nobody_drew_is_not_left_out() -> None:
    row = {"type": 1, "components": [{"type": 5, "custom_id": "user"}]}
    with pytest.raises(NotImplementedError):
        page_of_messages([Drawn(message={**EMPTY, "components": [row]})], READER)
