"""The nested model: a frozen backbone and experts that learn. Runs inside the engine process.

Shape letters in comments: B batch rows, T tokens, D hidden size, H heads, V vocabulary, L layers, R rank.
"""
