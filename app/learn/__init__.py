"""What a phrasebook does: proved, compared with another one, and replayed over messages."""
