"""The book: every entry that touches money, as balanced postings over accounts of our own."""
