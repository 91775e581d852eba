"""Links for customers, one-time codes, files kept for signature, and the acts of signing: functions without HTML."""
