"""Where audiences go: one folder a platform, with the same file names. Wire formats do no I/O; clients only send."""
