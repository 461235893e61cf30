"""Grading a class: strangers' answers run in a room without answers, and are judged outside."""
