"""Stands for a layer's package."""

MARK = "from the layer"
