"""What `sceau serve` does by itself: closes what has ended, makes checkpoints, places them, keeps the register."""
