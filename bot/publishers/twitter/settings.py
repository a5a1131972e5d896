"""What an operator sets for one X account."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, SecretStr, TypeAdapter

from schedules.publisher import CREATE_TIMEOUT

_HTTP_URL = TypeAdapter(HttpUrl)


def _base_url(value: str) -> str:
    """An http(s) URL to which a path can be appended: no final slash, no query, no fragment."""
    url = _HTTP_URL.validate_python(value)
    if url.query is not None or url.fragment is not None:
        raise ValueError("wants a URL without a query or a fragment")
    return value.rstrip("/")


class TwitterSettings(BaseModel):
    """One X account: its four OAuth 1.0a credentials, and how to post there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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
    api_url: Annotated[str, AfterValidator(_base_url)] = Field(
        default="https://api.x.com",
        description="Where X's API is; another server only for tests and gateways.",
    )
    language: Literal["fr", "en"] = Field(
        default="fr", description='The first language of this account\'s captions: "fr" or "en".'
    )
    links: bool = Field(
        default=False,
        description="Whether captions may hold a link; X charges thirteen times as much for one.",
    )
    timeout: float = Field(
        default=20.0,
        gt=0,
        lt=CREATE_TIMEOUT.total_seconds(),
        allow_inf_nan=False,
        description="Seconds to wait for X to answer, below 30; an upload may take six times this.",
    )
