"""Where documents come from by themselves: one module a kind of place, each with `items`."""
