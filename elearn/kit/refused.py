"""An act that may not happen now, with the sentence that says why."""


class Refused(Exception):
    """Something may not happen now; the message says in Vietnamese why and what to do."""
