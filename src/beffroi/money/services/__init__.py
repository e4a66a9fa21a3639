"""All writes about prices, budgets and charges."""
