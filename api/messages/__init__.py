"""Messages to customers and to the business: their words, the outbox, what calls for them. docs/messages.md."""
