"""For authors of publishers: the contract suite that every publisher passes.

Subclass `PublisherContract` in a test module and give it a `harness` fixture; see
`docs/publishers.md`. Needs pytest and pytest-asyncio with `asyncio_mode = "auto"`.
"""

from bot.testing.contract import (
    EXPECTED_ERRORS,
    Delivered,
    Failure,
    Harness,
    PublisherContract,
    sample_post,
)

__all__ = [
    "EXPECTED_ERRORS",
    "Delivered",
    "Failure",
    "Harness",
    "PublisherContract",
    "sample_post",
]
