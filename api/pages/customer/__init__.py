"""The customer's pages: reached by a link, without an account."""
