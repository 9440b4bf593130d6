"""What `hubctl doctor` looks at: each module reads one part of a stack and says what it finds."""
