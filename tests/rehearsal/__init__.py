"""`sam deploy` up to the change set, for each cluster, without AWS: `make rehearse`."""
