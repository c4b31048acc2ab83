"""The audiences file, from bytes to a project."""
