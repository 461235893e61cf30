"""The pages of the part Classification losses."""
