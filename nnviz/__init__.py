"""Watch a small neural network learn handwritten digits, and see why it does what it does."""

__version__ = "0.1.0"
