"""What all CDPs share on the way out: the canonical event, its delivery, and how a delivery ends."""
