"""Chatwoot: its webhooks read, its API spoken. Knows nothing of phrasebooks and routes."""
