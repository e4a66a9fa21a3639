"""All writes of official mail, one file per noun."""
