"""All reads of the room: `messages`, `people` (contact points and their history), `links`."""
