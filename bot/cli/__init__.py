"""The command line, `city-a-day`: it translates between a terminal and `bot/operations`."""
