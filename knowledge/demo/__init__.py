"""The demo company: its handbook, and what loads it."""
