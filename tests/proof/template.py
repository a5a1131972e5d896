"""Template: the data folder that each cell begins with, made once by the real parts."""

from pathlib import Path

from bot.alerts.log import LogChannel
from bot.app import open_app
from bot.platform import ShownHere
from bot.service import OWNER
from bot.settings import Settings
from bot.testing import sample_picture
from content.credit import Credit
from content.entry import Entry, Photo
from schedules.days import LOW_STOCK_DAYS

CITIES = ("Le Mans", "Tours", "Nantes", "Rennes", "Brest", "Caen", "Rouen", "Lille", "Metz")


async def make_template(folder: Path) -> Path:
    """A queue that is no low stock, whose first city has a photo, and an empty gallery."""
    settings = Settings(data_dir=folder, web_port=0)
    async with open_app(settings, owner=OWNER, told=LogChannel()) as app:
        assert len(CITIES) > LOW_STOCK_DAYS
        photo = Photo(
            file=app.photos.add(sample_picture(480, 270), "image/jpeg"),
            alt="La ville vue de l’espace.",
            credit=Credit(author="Thomas Pesquet", source="ESA/NASA", licence="CC BY-SA 3.0 IGO"),
        )
        cities = [app.gazetteer.find(name) for name in CITIES]
        texts = {"fr": "Une ville.", "en": "A city."}
        await app.store.add([Entry(city=city, texts=texts, photos=(photo,)) for city in cities])
        for publisher in app.publishers.values():
            if isinstance(publisher, ShownHere):
                await publisher.rebuild()
    return folder
