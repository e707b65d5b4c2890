"""The one exception of the knowledge layer."""


class KnowledgeError(Exception):
    """Something about a document that its administrator can mend.

    `str(error)` is a sentence for that person: what happened and what to do next. `again` is true
    where the same file may succeed on a second try.
    """

    def __init__(self, message: str, *, again: bool = False):
        super().__init__(message)
        self.again = again
