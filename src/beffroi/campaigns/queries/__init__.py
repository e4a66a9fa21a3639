"""All reads of the room. Callers use the modules: `proposals`, `campaigns`, `archive`, `results`, `checks`."""
