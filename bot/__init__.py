"""Where posts go and who runs the service: settings, platforms, storage, command line, web.

Imports `schedules` and `content`. The only room that imports tweepy, discord.py, SQLAlchemy and
aiohttp. Start reading at `bot/app.py`.
"""
