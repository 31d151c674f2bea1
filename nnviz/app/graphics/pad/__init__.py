"""Pieces of the pad that one draws on."""
