"""Pieces of the picture of the evaluation."""
