"""The kernel: bytes and nothing else. Pure; knows no invoice."""
