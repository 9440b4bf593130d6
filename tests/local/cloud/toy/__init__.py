"""A small stack to try the local cloud with."""
