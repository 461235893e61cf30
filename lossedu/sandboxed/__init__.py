"""The files that run inside the sandbox, beside strangers' code; they import NumPy and the standard library only."""
