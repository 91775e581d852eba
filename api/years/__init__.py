"""Years of an invented business, played through the same commands as everything else, in a training ledger.

`clock.py` runs steps in the order of their moments, a wave at a time; `business.py` says what happens to whom;
`catalogue.py` is what is sold and to what kinds of customers. The same seed gives the same story.
"""
