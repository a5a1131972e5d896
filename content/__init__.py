"""What to say: cities, the content queue's rules, captions, credit, counting, images.

No clock, no network and no platform SDK in this room; it imports neither `schedules` nor `bot`.
"""
