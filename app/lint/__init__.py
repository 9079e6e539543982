"""What is wrong with a phrasebook. Pure: a book goes in, findings come out; no files, no clock."""
