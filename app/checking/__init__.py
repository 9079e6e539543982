"""The replies that a shop has in files, checked by its phrasebook."""
