"""The pages of documents, a module a page: each checks access, validates, calls a verb, renders."""
