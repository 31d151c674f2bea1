"""Pictures of backpropagation for one sample."""
