"""The domain: the sale and its law. Pure; knows no disk, network or clock."""
