"""The engine: claims chunks, strikes copies, sends them, and marks what became of each."""
