"""Sentences that earn nothing, whatever a judge says of them, and how they are told."""
