"""A line through data and the valley of its loss, side by side: whatever moves one moves the other."""
