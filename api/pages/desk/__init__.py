"""The business's desk: what its people see and do, by role."""
