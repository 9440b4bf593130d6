"""Stand-ins for the vendors: they keep documented rules, record what they are asked, fail on command."""
