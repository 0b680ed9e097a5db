"""Scenes of many people at once (THREATS 3.3): what they do, how long they wait, and whether all is kept."""
