"""The process boundary: torch is imported in the child process only."""
