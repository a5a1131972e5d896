"""The database and the photo folder. The doors: `database.open_store`, `photos.PhotoFolder`."""
