"""The pages of the part In practice."""
