"""The course in a terminal: files of answers, checking them, taking them back, and the session of `lossedu` alone."""
