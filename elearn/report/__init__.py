"""Telling: the official report to the ward's People's Committee, its frozen copies, the weekly page."""
