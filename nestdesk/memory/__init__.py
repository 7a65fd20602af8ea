"""What is learned from and recalled: reading, splitting, searching, summarising. No torch, no database, no Qt."""
