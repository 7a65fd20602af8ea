"""What users can measure: stream, recall, speed, long, intents."""
