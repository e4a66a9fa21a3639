"""All writes of the room, each in one transaction."""
