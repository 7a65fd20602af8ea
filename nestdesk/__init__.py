"""NestDesk: a private assistant on your own computer that learns in its weights and can undo what it learned."""

import os

__version__ = "0.1.0"

# onnxruntime reports to its maker on its own, from native threads that no hook of Python sees, unless it finds this
# when it is loaded. Every process of the program imports this file before anything else.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
