"""All writes of the room. Callers use the modules: `proposals`, `drafts`, `chain`, `sending`, `images`, `links`."""
