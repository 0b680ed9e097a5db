"""Telling other machines: feeds, public counts as JSON, and a window for the ward's portal."""
