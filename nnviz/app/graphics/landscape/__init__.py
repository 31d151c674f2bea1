"""Surfaces and what moves on them: as a map, as a curve, and in three dimensions."""
