"""The nouns of consentric, as frozen values. This room knows no I/O, no SQL, no YAML and no platform library."""
