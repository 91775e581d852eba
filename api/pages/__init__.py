"""Pages for people: the customer's, reached by a link, and the business's desk. Server-rendered; docs/pages.md."""
