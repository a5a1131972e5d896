"""One browser for all tests of a test process."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.browser.chromium import Page, chromium_program, opened_page, running_chromium


@pytest.fixture(scope="session")
def devtools() -> Iterator[str]:
    program = chromium_program()
    if program is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with running_chromium(program) as address:
        yield address


@pytest.fixture
async def page(devtools: str) -> AsyncIterator[Page]:
    async with opened_page(devtools) as page:
        yield page
