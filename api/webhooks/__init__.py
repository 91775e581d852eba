"""Webhooks: events sent to other programs as they are recorded (docs/webhooks.md)."""
