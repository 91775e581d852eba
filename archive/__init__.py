"""What leaves and must outlive us: anchors, sealed archives, verifiers."""
