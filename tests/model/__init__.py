"""Histories of people, platforms and broken nights, played against the real planning code and judged in plain Python."""
