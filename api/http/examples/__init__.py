"""One example per operation, for the OpenAPI page; `tests/api/test_examples.py` carries every one of them out.

The people and businesses are invented.
"""
