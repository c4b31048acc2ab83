"""Audiences with consent at the centre: one YAML file, kept equal on Google Customer Match and Meta."""

__version__ = "0.1.0"
