"""Discord admin: the slash commands, buttons and forms by which admins run the service.

It only translates between Discord and the use cases in `bot/operations`. Nothing is remembered
between two interactions: a button or a form says in its custom id all that it means, so that it
works after a restart, and what must happen once is decided by the database.
"""
