"""What the settings of all publishers have in common."""

import pytest
from pydantic import SecretStr, ValidationError

from bot.platform import HttpSettings, PublisherSettings, WebAddress, web_address


class Settings(HttpSettings):
    token: SecretStr
    url: WebAddress = "https://example.org"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Example.org/", "https://example.org"),
        (" http://127.0.0.1:8080/api/v10/ ", "http://127.0.0.1:8080/api/v10"),
        ("https://évry.example/a", "https://xn--vry-9la.example/a"),
    ],
)
def test_an_address_is_kept_so_that_a_path_can_follow(given: str, kept: str) -> None:
    assert web_address(given) == kept


@pytest.mark.parametrize(
    "given",
    ["", "example.org", "ftp://example.org", "https://a.b/?c", "https://a.b/#c", "https://u:p@a.b"],
)
def test_an_address_that_no_path_can_follow_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="address"):
        web_address(given)


@pytest.mark.parametrize(
    "given",
    [{"timeout": "30"}, {"timeout": "0"}, {"timeout": "inf"}, {"language": "de"}, {"tokn": "typo"}],
)
def test_what_is_malformed_is_named_and_not_shown(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"token": "sesame", "url": "https://a.b/?sesame", **given})
    assert next(iter(given)) in str(caught.value)
    assert "url" in str(caught.value)
    assert "sesame" not in str(caught.value)


def test_without_any_setting_captions_begin_in_french() -> None:
    assert PublisherSettings().language == "fr"
    assert Settings(token=SecretStr("t")).timeout == 20
