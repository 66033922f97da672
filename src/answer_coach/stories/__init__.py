"""How a STAR story is built: its sentences by their parts, and what is worth noting."""
