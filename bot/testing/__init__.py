"""For authors of publishers: the contract suite that every publisher passes, and its test server.

Subclass `PublisherContract` in a test module and give it a `harness` fixture; subclass
`ScriptedServer` for the platform that it talks to. See `docs/publishers.md`. For tests only: needs
pytest and pytest-asyncio with `asyncio_mode = "auto"`.
"""

import pytest

pytest.register_assert_rewrite("bot.testing.contract")

from bot.testing.contract import PublisherContract  # noqa: E402 - its asserts are to be explained
from bot.testing.harness import EXPECTED_ERRORS, Delivered, Failure, Harness  # noqa: E402
from bot.testing.mishaps import HTML_PAGE, Mishap  # noqa: E402
from bot.testing.samples import (  # noqa: E402
    KEY,
    OTHER_KEY,
    noisy_picture,
    sample_picture,
    sample_post,
    surroundings,
)
from bot.testing.server import Recorded, ScriptedServer  # noqa: E402

__all__ = [
    "EXPECTED_ERRORS",
    "HTML_PAGE",
    "KEY",
    "OTHER_KEY",
    "Delivered",
    "Failure",
    "Harness",
    "Mishap",
    "PublisherContract",
    "Recorded",
    "ScriptedServer",
    "noisy_picture",
    "sample_picture",
    "sample_post",
    "surroundings",
]
