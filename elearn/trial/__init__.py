"""The trial ward of `elearn run`: invented people who learn, so that every page can be seen filled."""
