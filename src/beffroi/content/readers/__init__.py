"""What others publish, read: bytes in, `content.facts.Reading` out. Pure: no row, no socket, no clock."""
