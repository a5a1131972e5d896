"""What a command says of itself besides its name, in its `extras`."""

EVERYONE = "everyone"
"""Not for admins only."""
OPENS_FORM = "opens_form"
"""Its first answer may be a form, so it is not deferred for it: it answers or defers by itself."""
