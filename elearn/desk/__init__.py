"""The helper's desk: who learns in the own group, registering a neighbour, codes, cards, classes."""
