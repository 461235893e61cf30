"""Grading a class: strangers' answers run in a sandbox that holds no reference answers, and are judged outside."""
