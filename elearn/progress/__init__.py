"""Seeing: how far each residential group has come, on screen, on paper and as a table to keep."""
