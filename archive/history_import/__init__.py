"""Documents of another software, taken in from its file: sealed, labelled as such, counted in nothing of ours."""
