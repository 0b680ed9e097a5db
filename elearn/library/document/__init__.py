"""A lesson as one plain text: read, written, checked, shown and asked; no web, no database."""
