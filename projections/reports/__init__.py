"""Reports: named questions, their tables, and the entries behind each figure."""
