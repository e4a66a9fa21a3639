"""All reads about prices, budgets and what was spent."""
