"""Who may be in: conditions, exclusions and consent as SQL expressions, and each condition as a plain sentence. Pure."""
