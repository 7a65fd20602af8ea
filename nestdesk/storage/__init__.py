"""Everything that lasts: SQLite through SQLAlchemy, weight blobs in files. No torch, no Qt."""
