"""The verbs: one file a command, the only place where I/O meets pure code."""
