"""Bank statements (ISO 20022 camt.053 and camt.054), and whose payment each line may be."""
