"""The world's names: what it sees of a domain (`look`), what is written into it (`update`, `registrars`), black lists (`lists`)."""
