"""Counts that leave for another installation and come in from one: no people, no small counts."""
