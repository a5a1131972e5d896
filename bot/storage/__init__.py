"""The database and the photos. The doors: `database.open_store`, `media_url.open_photos`."""
