"""What will change and is it safe: capabilities, the difference, guards, steps. Values and SQL in, values and SQL out."""
