"""The pages of the part Regression losses."""
