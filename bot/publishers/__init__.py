"""The built-in publishers, one package each, found through their entry points."""
