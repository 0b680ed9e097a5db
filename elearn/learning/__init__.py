"""Doing: a learner's attempts at the questions, what is complete, and the credits that boards count."""
