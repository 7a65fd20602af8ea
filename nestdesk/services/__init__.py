"""The use cases: generators that join memory, storage and engine. No Qt, no SQL, no tensors."""
