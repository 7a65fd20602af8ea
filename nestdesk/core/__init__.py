"""The words the whole program shares: types, errors, settings, paths and jobs. Standard library only."""
