"""CannotBeDone: the one error that an operation raises for a person to read."""


class CannotBeDone(Exception):
    """What was asked cannot be done; the message says why and what to do next."""
