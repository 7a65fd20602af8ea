"""NestDesk: a private assistant on your own computer that learns in its weights and can undo what it learned."""

__version__ = "0.1.0"
