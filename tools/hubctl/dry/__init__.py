"""Dry runs: the production code in memory, between vendors that listen and send nothing on."""
