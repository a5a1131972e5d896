"""What X bills, in US dollars.

Source: https://docs.x.com/x-api/getting-started/pricing, as of November 2026. Reading the account
(`GET /2/users/me`, twice a day) is not among them: X bills it once a day, $0.01 at most.
"""

from decimal import Decimal

from content.x_text import x_links

POST = Decimal("0.015")
POST_WITH_LINK = Decimal("0.20")
ALT_TEXT = Decimal("0.005")
"""A `POST /2/media/metadata`: one for each picture."""
OWN_POST_READ = Decimal("0.001")
"""A post of the account's own timeline that a look-up reads."""


def price(text: str, *, pictures: int, attempts: int) -> Decimal:
    """What a post costs at most: each attempt may have uploaded, each but the first looked."""
    post = POST_WITH_LINK if x_links(text) else POST
    return post + attempts * pictures * ALT_TEXT + (attempts - 1) * OWN_POST_READ
