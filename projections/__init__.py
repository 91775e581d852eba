"""What the past adds up to: read tables and rendered documents, always rebuildable from the entries."""
