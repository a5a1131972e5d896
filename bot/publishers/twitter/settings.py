"""What an operator sets for one X account."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr

from bot.platform import HttpSettings, WebAddress


def _none_if_empty(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


class TwitterSettings(HttpSettings):
    """One X account: its four OAuth 1.0a credentials, and how to post there."""

    api_key: SecretStr = Field(
        min_length=1, description="The X app's API key (consumer key), from console.x.com."
    )
    api_secret: SecretStr = Field(
        min_length=1, description="The X app's API key secret (consumer secret)."
    )
    access_token: SecretStr = Field(
        min_length=1,
        description="The posting account's OAuth 1.0a access token, made with Read and Write.",
    )
    access_token_secret: SecretStr = Field(
        min_length=1, description="The secret that belongs to the access token."
    )
    api_url: WebAddress = Field(
        default="https://api.x.com",
        description="Where X's API is; another server only for tests and gateways.",
    )
    links: bool = Field(
        default=False,
        description="Whether captions may hold a link; X charges thirteen times as much for one.",
    )
    monthly_budget: Annotated[Decimal | None, BeforeValidator(_none_if_empty)] = Field(
        default=None,
        gt=0,
        le=1_000_000,
        allow_inf_nan=False,
        description="US dollars, such as 1.50, that a month on X may cost before you are told.",
    )
