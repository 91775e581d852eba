"""What a business steers by: documents, deposits, receivables, pipeline, takings, thresholds."""
