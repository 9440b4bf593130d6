"""The outbox's pure rules: one safe, frugal stream per customer (G2, G3).

`row` is what is stored, `merge` takes commands in, `turn` decides who may act and when, `work` what is sent next, and
`fold` takes an answer in. None of them reads a table, a clock or the network; whoever calls them writes the row back
under the conditions of cdphub.store.outbox. Folding may run twice: a refused write is repeated on the row read anew.
docs/outbox.md tells the whole.
"""
