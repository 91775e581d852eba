"""Where checkpoints are placed beyond the operator's control: one small file for each kind (docs/anchors.md)."""
