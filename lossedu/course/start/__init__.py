"""The pages of the part Start."""
