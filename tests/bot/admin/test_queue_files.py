"""/queue import and /queue export: the queue comes and goes as a file."""

import json
from dataclasses import replace
from typing import Any

import pytest
from simcord import interactions

from bot.admin import queue_files
from bot.admin.answers import Uploaded
from bot.admin.asked import Asked
from bot.operations.refusal import CannotBeDone
from tests.bot.admin.conftest import Scene
from tests.bot.admin.test_queue import buttons
from tests.schedules.parts import entry

GOOD = "city,text_fr\nAlbi,La ville rouge.\nLe Mans,Les 24 Heures.\n"


async def cities(scene: Scene) -> list[str]:
    return [each.city.name for each in await scene.app.store.queue()]


class TestImport:
    async def test_the_good_rows_are_queued_and_the_bad_ones_named_by_line(
        self, scene: Scene
    ) -> None:
        data = (GOOD + "Nowhereville,*Nulle* part.\n").encode()
        shown = await scene.slash("queue import", file=("queue.csv", data))
        said = scene.text(shown)
        assert said.startswith("Queued: 2 · Waiting already: 0 · Refused: 1\nLine 4: ")
        assert "Nowhereville" in said
        assert "import the file again" in said
        assert await cities(scene) == ["Albi", "Le Mans"]
        listed = await scene.click(shown.response, "queue.page|1|here")
        assert "`2` **Mon 23 Nov 2026** · Le Mans" in scene.text(listed)
        assert "queue.page|1|here" in buttons(listed)

    async def test_who_imported_is_on_record(self, scene: Scene) -> None:
        await scene.slash("queue import", file=("queue.csv", GOOD.encode()))
        (change,) = await scene.app.store.changes(limit=5)
        assert change.action == "imported"
        assert change.by.endswith(" alice")

    async def test_the_same_file_again_adds_nothing(self, scene: Scene) -> None:
        for _ in range(2):
            shown = await scene.french().slash("queue import", file=("q.csv", GOOD.encode()))
        assert scene.text(shown).startswith(
            "Mises en file\u202f: 0 · Déjà en attente\u202f: 2 · Refusées\u202f: 0"
        )
        assert await cities(scene) == ["Albi", "Le Mans"]

    async def test_very_many_bad_rows_come_as_a_file(self, scene: Scene) -> None:
        rows = "".join(f"Nowhere{number},x\n" for number in range(120))
        shown = await scene.slash("queue import", file=("q.csv", f"city,text_fr\n{rows}".encode()))
        assert "more, all of them in the file." in scene.text(shown)
        assert shown.response is not None
        (file,) = shown.response.attachments
        assert file.filename == "refused.txt"

    async def test_a_photo_that_is_not_kept_is_no_file_beside_it(self, scene: Scene) -> None:
        data = json.dumps([{"city": "Albi", "text_fr": "x", "photo": "secret.jpg"}]).encode()
        shown = scene.text(await scene.slash("queue import", file=("q.json", data)))
        assert "Line 1: The photo secret.jpg is not kept here" in shown
        assert await cities(scene) == []

    @pytest.mark.parametrize(
        ("name", "data", "said"),
        [
            ("queue.exe", b"MZ", "must end in .json or .csv"),
            ("queue.csv", b"\xff\xfe\x00", "The file is not UTF-8"),
            ("queue.json", b"", "The file is empty."),
            ("queue.json", b"[" * 50_000, "This row is no JSON"),
        ],
    )
    async def test_what_is_no_such_file_is_refused(
        self, scene: Scene, name: str, data: bytes, said: str
    ) -> None:
        assert said in scene.text(await scene.slash("queue import", file=(name, data)))
        assert await cities(scene) == []

    async def test_a_file_that_is_too_large_is_refused_before_it_is_read(self) -> None:
        nobody: Asked = None  # type: ignore[assignment]
        given = Uploaded(name="q.csv", url="http://127.0.0.1:1/", size=50_000_001)
        with pytest.raises(CannotBeDone, match="has 51 MB, the most is 50 MB"):
            await queue_files.imported(nobody, given)

    async def test_who_is_no_admin_imports_nothing(self, scene: Scene) -> None:
        file = ("q.csv", GOOD.encode())
        shown = await scene.slash("queue import", by=scene.carol, file=file)
        assert "@Villes" in scene.text(shown)
        assert await cities(scene) == []


class TestExport:
    @pytest.mark.parametrize("file_format", ["json", "csv"])
    async def test_what_is_given_can_be_given_back(self, scene: Scene, file_format: str) -> None:
        await scene.slash("queue import", file=("queue.csv", GOOD.encode()))
        shown = await scene.slash("queue export", format=file_format)
        assert scene.text(shown).startswith("All that waits, in order.")
        assert shown.response is not None
        (file,) = shown.response.attachments
        assert file.filename == f"city-a-day-queue-2026-11-22.{file_format}"
        data = await scene.bot.http.get_from_cdn(file.url)
        for each in await scene.app.store.queue():
            await scene.app.store.remove(each.id)
        await scene.slash("queue import", file=(file.filename, data))
        assert await cities(scene) == ["Albi", "Le Mans"]

    async def test_one_that_discord_does_not_take_says_what_to_do(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = interactions.base_payload

        def where_a_mebibyte_is_the_most(*args: Any, **kwargs: Any) -> Any:
            record, payload = made(*args, **kwargs)
            return record, {**payload, "attachment_size_limit": 2**20}

        monkeypatch.setattr(interactions, "base_payload", where_a_mebibyte_is_the_most)
        long = {"fr": "x" * 4_900, "en": "y" * 4_900}
        many = [replace(entry(str(number), number), texts=long) for number in range(1, 120)]
        await scene.app.store.add(many)
        shown = scene.text(await scene.slash("queue export"))
        assert "has 2 MB, and Discord takes 1 MB at most here: choose csv" in shown
        shown = scene.text(await scene.french().slash("queue export", format="csv"))
        assert "Le fichier fait 2 Mo et Discord en prend 1 au plus ici" in shown
        assert "choisissez" not in shown

    async def test_who_is_no_admin_gets_nothing(self, scene: Scene) -> None:
        shown = await scene.slash("queue export", by=scene.carol)
        assert "@Villes" in scene.text(shown)
