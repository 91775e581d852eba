"""Online payments: providers, collections, what they tell us, and the transfer that needs none."""
