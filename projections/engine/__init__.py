"""The projection engine: what a projection is, where its rows are kept, catching up and rebuilding."""
