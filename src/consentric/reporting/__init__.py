"""What people and machines read: screens, Markdown, JSON, progress. Values in, text out; it decides nothing."""
