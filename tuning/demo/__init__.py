"""Pairs for the demo company: true facts of its handbook in the tone of its house."""
