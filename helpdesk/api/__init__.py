"""The desk for other tools: the part of OpenAI's protocol that asks a question; docs/api.md."""
