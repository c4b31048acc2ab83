"""The documentation, held to its word: blocks are run, fragments validated, tables compared, links followed."""
