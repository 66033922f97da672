"""Names and amounts replaced before a draft is sent, and put back into the card."""
