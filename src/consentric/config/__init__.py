"""The audiences file: read, checked and turned into a project. Knows YAML and words; no data, no SQL, no platform."""

from __future__ import annotations

from consentric.config.diagnostics import render_github, render_text, to_json
from consentric.config.document import Document
from consentric.config.load import Loaded, load
from consentric.config.resolve import resolve

__all__ = ["Document", "Loaded", "load", "render_github", "render_text", "resolve", "to_json"]
