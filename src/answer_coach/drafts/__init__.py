"""A story or an answer over its drafts: kept, compared, questioned."""
