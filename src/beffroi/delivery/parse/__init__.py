"""Reading what mail servers say."""
