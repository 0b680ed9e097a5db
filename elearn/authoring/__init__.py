"""Where staff write lessons, see them as a phone does, review, publish, and check facts."""
