"""The stack in containers, by `sam local`, against the local cloud's queues, tables and vendors: `make sam-local`."""
