"""A card as text that people or programs read; each report takes a card and returns a string."""
