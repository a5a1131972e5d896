"""MEDIA_URL: where the photos are, or what is wrong with it, of which nothing is shown."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import SettingsError, read_settings
from bot.storage.media_url import BucketAddress, Credentials, address_in

SECRET = "sesame-open-4711"
BUCKET = "photos.example"
NEEDS_ENCODING = "in a secret write %2F for /"


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MEDIA_URL", "DESTINATIONS", "POST_AT", "LATE_UNTIL"):
        monkeypatch.delenv(f"CITY_A_DAY_{name}", raising=False)


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:///srv/photos", "/srv/photos"),
        ("file:///srv/photos/", "/srv/photos"),
        ("file:///srv/m%C3%A9dias%20%231", "/srv/médias #1"),
        ("FILE:///srv/photos", "/srv/photos"),
    ],
)
def test_a_folder_is_found(url: str, folder: str) -> None:
    assert address_in(url) == Path(folder)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (f"s3://{BUCKET}", BucketAddress(bucket=BUCKET)),
        (f"s3://{BUCKET}/", BucketAddress(bucket=BUCKET)),
        (f"s3://{BUCKET}/a/b-c/", BucketAddress(bucket=BUCKET, prefix="a/b-c")),
        (
            "s3://Under_Scored?region=eu-west-3",
            BucketAddress(bucket="Under_Scored", region="eu-west-3"),
        ),
        (
            f"s3://{BUCKET}/p?endpoint=https://s3.example.org/&region=auto",
            BucketAddress(
                bucket=BUCKET, prefix="p", region="auto", endpoint="https://s3.example.org"
            ),
        ),
        (
            f"s3://{BUCKET}?endpoint=http%3A%2F%2F%5B%3A%3A1%5D%3A9000",
            BucketAddress(bucket=BUCKET, endpoint="http://[::1]:9000"),
        ),
        (
            f"s3://KEY:a%2Fb+c%3D%3F%40%25:d@{BUCKET}",
            BucketAddress(bucket=BUCKET, credentials=Credentials(key="KEY", secret="a/b+c=?@%:d")),
        ),
    ],
)
def test_a_bucket_is_found_with_all_that_is_said_of_it(url: str, address: BucketAddress) -> None:
    found = address_in(url)
    assert found == address
    assert isinstance(found, BucketAddress)
    assert found.credentials == address.credentials


def test_an_address_shows_where_it_is_and_no_secret() -> None:
    address = address_in(f"s3://KEY:{SECRET}@{BUCKET}/p?endpoint=https://s3.example.org")
    assert str(address) == f"s3://{BUCKET}/p at https://s3.example.org"
    assert SECRET not in repr(address)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("/srv/sesame-open-4711", "begins with neither file:/// nor s3://"),
        ("https://sesame-open-4711", "begins with neither"),
        ("file://srv/sesame-open-4711", "three slashes"),
        ("file:sesame-open-4711", "three slashes"),
        ("file:///", "names no folder"),
        ("file:///sesame-open-4711%00", "names no folder"),
        ("file:///srv?sesame-open-4711", "no ? and no #"),
        ("file:///srv#sesame-open-4711", "no ? and no #"),
        ("file:///srv/sesame-open-4711 2", "write %20"),
        ("s3:///sesame-open-4711", "names no bucket"),
        ("s3://KEY:sesame-open-4711@", "names no bucket"),
        ("s3://x:sesame-open-4711", "names no bucket"),
        (f"s3://KEY:sesame-open-4711/x@{BUCKET}", NEEDS_ENCODING),
        (f"s3://KEY:/sesame-open-4711@{BUCKET}", NEEDS_ENCODING),
        (f"s3://KEY:sesame-open-4711?x@{BUCKET}", NEEDS_ENCODING),
        (f"s3://KEY:sesame-open-4711#x@{BUCKET}", NEEDS_ENCODING),
        (f"s3://KEY:[sesame-open-4711@{BUCKET}", "is no URL"),
        (f"s3://KEY:\N{FULLWIDTH SOLIDUS}sesame-open-4711@{BUCKET}", "is no URL"),
        (f"s3://sesame-open-4711@{BUCKET}", "one is missing"),
        (f"s3://:sesame-open-4711@{BUCKET}", "one is missing"),
        (f"s3://@{BUCKET}", "one is missing"),
        (f"s3://{BUCKET}/KEY:sesame-open-4711", "the prefix is no path"),
        (f"s3://{BUCKET}/../sesame-open-4711", "the prefix is no path"),
        (f"s3://{BUCKET}/a//sesame-open-4711", "the prefix is no path"),
        (f"s3://{BUCKET}?secret=sesame-open-4711", "other options"),
        (f"s3://{BUCKET}?sesame-open-4711", "other options"),
        (f"s3://{BUCKET}?endpoint=", "other options"),
        (f"s3://{BUCKET}?region=a&region=sesame-open-4711", "other options"),
        (f"s3://{BUCKET}?region=sesame-open-4711/x", "region is no name"),
        (f"s3://{BUCKET}?endpoint=sesame-open-4711", "endpoint is no URL"),
        (f"s3://{BUCKET}?endpoint=ftp://sesame-open-4711", "endpoint is no URL"),
        (f"s3://{BUCKET}?endpoint=https://me:sesame-open-4711@h", "endpoint is no URL"),
        (f"s3://{BUCKET}?endpoint=https://h:sesame-open-4711", "endpoint is no URL"),
        (f"s3://{BUCKET}?endpoint=https://h/sesame-open-4711", "endpoint is no URL"),
        (f"s3://{BUCKET}?endpoint=https://h%3Fsesame-open-4711", "endpoint is no URL"),
    ],
)
def test_a_malformed_one_is_refused_with_the_reason_and_none_of_it(
    tmp_path: Path, url: str, reason: str
) -> None:
    (tmp_path / ".env").write_text(f'CITY_A_DAY_MEDIA_URL="{url}"\n', encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(("site",), env_file=tmp_path / ".env")
    said = str(caught.value)
    assert said.startswith("CITY_A_DAY_MEDIA_URL: got a value that is not shown here (")
    assert reason in said
    assert "Wants: Where the photos are" in said
    assert SECRET not in said
    assert said.count("\n") == 0


def test_the_setting_shows_no_secret(tmp_path: Path) -> None:
    line = f"CITY_A_DAY_MEDIA_URL=s3://KEY:{SECRET}@{BUCKET}/p?endpoint=https://s3.example.org"
    (tmp_path / ".env").write_text(line, encoding="utf-8")
    settings = read_settings(("site",), env_file=tmp_path / ".env")
    assert SECRET in settings.media_url.get_secret_value()
    assert SECRET not in repr(settings) + str(settings) + str(settings.model_dump())


def test_the_library_is_asked_for_where_a_bucket_is_set_and_only_there() -> None:
    without_it = (
        "import sys; sys.modules['obstore'] = None\n"
        "from bot.storage.media_url import open_photos\n"
        "from pathlib import Path\n"
        "for url in ('', 'file:///srv/photos'): open_photos(url, own_folder=Path('photos'))\n"
        "try: open_photos('s3://photos', own_folder=Path('photos'))\n"
        "except ValueError as error: print(error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", without_it],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "pip install 'city-a-day[s3]'" in said.stdout
