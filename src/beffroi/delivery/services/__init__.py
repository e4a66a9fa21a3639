"""All writes of the room. Callers use the modules: `contact_points`, `messages`, `stops`, `returns`."""
