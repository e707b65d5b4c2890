"""The curators' pages beside the admin: correcting an answer, and reviewing pair by pair."""
