"""Unit tests of the screens and documents."""
