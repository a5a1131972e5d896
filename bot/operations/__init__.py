"""What an admin can do: one use case a function, for the command line and whoever comes next.

Each takes the App and plain values, and raises CannotBeDone with words for a person.
"""
