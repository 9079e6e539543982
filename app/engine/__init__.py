"""The pure engine: a phrasebook and a message go in, suggestions with proof come out.

No web, database, clock, network, settings or globals in here; import-linter holds it.
"""
