"""Pieces of the picture of one neuron."""
