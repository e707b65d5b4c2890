"""How dates are written where no page says it itself, as in the admin: as the pages write them."""
