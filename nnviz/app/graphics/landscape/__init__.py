"""Pieces of the map of the cost surface."""
