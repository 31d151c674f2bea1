"""What the view of edits is made of: a neuron's weights to be painted or dragged, and what came of it."""
