"""Digits in: the IDX reader, the built-in MNIST, and the order in which training visits the samples."""
