"""What every function of the hub shares: canonical schema, rules, and the only doors to AWS, time and threads."""

VERSION = "0.1.0"
