"""When to post, and that it happens once: slots, the ledger, publish-once, the ports, the runner.

Imports `content`, never `bot`. The only room that imports APScheduler.
"""
