"""Reading a file of subscribers as town halls have them. Knows files and cells, nothing of the database."""
