"""Serving: where one may listen, slow phones, static files, and the processes that answer."""
