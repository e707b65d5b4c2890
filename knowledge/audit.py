"""The audit trail is written by one call, `record`, from every verb that changes something."""

from knowledge.models import AuditEntry

Action = AuditEntry.Action
record = AuditEntry.record
