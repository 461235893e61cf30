"""The pages of the part Backpropagation."""
