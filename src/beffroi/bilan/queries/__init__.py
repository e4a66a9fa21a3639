"""All reads of the report of activity."""
