"""What of the desk's log is too long."""

import logging


class Brief(logging.Filter):
    """Leaves out where in the code a request was refused: one line says what it was."""

    def filter(self, record):
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
