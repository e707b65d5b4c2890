"""A conversation goes to a person and back; docs/handoff.md."""
