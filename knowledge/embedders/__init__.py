"""The models that embed, one module each; `knowledge.embeddings` chooses among them."""
