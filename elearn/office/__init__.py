"""Looking after people and groups: the helper's desk and the administrator's."""
