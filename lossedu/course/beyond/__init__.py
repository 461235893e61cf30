"""The pages of the part Losses as likelihoods and beyond."""
