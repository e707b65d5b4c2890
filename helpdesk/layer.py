"""The channel layer of a desk with one web process."""

from contextlib import suppress
from time import monotonic

from channels.exceptions import ChannelFull
from channels.layers import InMemoryChannelLayer

CLEAN_EVERY = 10.0


class MemoryLayer(InMemoryChannelLayer):
    """Channels' own, for thousands of sockets that wait beside those that talk.

    Channels looks through every queue and group at each message, sent or received, for what is
    too old, so that a message costs more the more sockets are open. Here that is done now and then.
    """

    def __init__(self, **options):
        super().__init__(**options)
        self.cleaned = monotonic()

    def _clean_expired(self):
        if monotonic() - self.cleaned > CLEAN_EVERY:
            super()._clean_expired()
            self.cleaned = monotonic()

    async def group_send(self, group, message):
        """As Channels', without a task for each member: putting into a queue waits for nobody."""
        self.require_valid_group_name(group)
        self._clean_expired()
        for channel in list(self.groups.get(group, ())):
            with suppress(ChannelFull):
                await self.send(channel, message)
