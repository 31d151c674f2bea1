"""Pieces of the network diagram."""
