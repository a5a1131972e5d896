"""The gallery: a static web site below the data folder, one city a day.

Start reading at `publisher.py`. `gallery.py` holds the promise of one city for a date.
"""

from bot.platform import Platform
from bot.publishers.site.publisher import build
from bot.publishers.site.settings import SiteSettings, gallery_folder

__all__ = ["SiteSettings", "gallery_folder", "platform"]

platform: Platform[SiteSettings] = Platform(settings=SiteSettings, build=build)
