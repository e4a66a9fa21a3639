"""All reads of official mail, one file per noun."""
