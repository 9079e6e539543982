"""From the journal to the book: proposals as patches, tried on the whole book, then decided."""
