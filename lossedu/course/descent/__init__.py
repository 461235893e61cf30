"""The pages of the part Gradient descent."""
