"""The customer's pages, asked for as a browser without scripts would."""
