"""How a document becomes a file: the processes that draw, the cache of what they drew, which entries issue what."""
