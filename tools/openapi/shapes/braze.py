"""What Braze sends."""

from braze.models import Change
from tools.openapi.shapes import Shapes

SHAPES = Shapes(bodies={"/braze/customer-webhook": ("A user joins or leaves an audience", Change)})
