"""One run over time: its specification, its journal, the trainer, its metrics, and saved models."""
