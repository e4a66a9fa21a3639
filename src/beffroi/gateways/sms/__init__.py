"""SMS: one gateway over several providers, by SMPP 3.4 or over HTTP, that take over from each other."""
