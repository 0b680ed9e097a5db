"""The floor: the least that a page of this kind costs on the same server."""
