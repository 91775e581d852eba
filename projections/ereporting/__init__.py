"""E-reporting of sales to consumers (flux 10.3) and of their payments (10.4)."""
