"""The command line against the sandbox: what a user would see, and what the platforms really hold afterwards."""
