"""The sockets of those who answer, and what the asker's socket hears of a hand-off."""

import django.db
from django.http import QueryDict

from helpdesk import publishing, sessions
from helpdesk.database import in_thread
from helpdesk.handoff import live
from helpdesk.models import Conversation, Handoff
from helpdesk.sockets import NOT_FOUND, SIGNED_OUT, TRY_AGAIN, Consumer


class HandoffNews:
    """For the consumer of a conversation: shows its person what became of a hand-off."""

    async def catch_up(self):
        """Shows what came between the making of a page with a hand-off and this socket."""
        if "handoff" in QueryDict(self.scope["query_string"]):
            await self.handoff_changed({"to_asker": live.NOTHING})

    async def handoff_changed(self, event):
        """A browser that this can't reach now is brought up to date when it connects again."""
        try:
            await self.send(await for_asker(self.conversation_id, self.user, event["to_asker"]))
        except (django.db.Error, Conversation.DoesNotExist):
            return


class StaffConsumer(Consumer):
    """One page of somebody who answers: a hand-off's, or the list. It only listens.

    What is done goes by forms; whether it may be seen is asked anew each time.
    """

    async def connect(self):
        self.session = self.scope["session"]
        self.user_id = self.scope["user"].pk
        self.handoff_id = self.scope["url_route"]["kwargs"].get("pk")
        self.page = QueryDict(self.scope["query_string"]).get("page")
        self.group = ""
        # How the hand-off stood when this page was last brought up to date.
        self.standing: tuple | None = None
        await self.accept()
        try:
            self.group = await group_of(self.handoff_id)
            await self.channel_layer.group_add(self.group, self.channel_name)
            await self.show()
        except Handoff.DoesNotExist:
            await self.close(NOT_FOUND)
        except django.db.Error:
            await self.close(TRY_AGAIN)

    async def disconnect(self, code):
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        """Whatever a page sends after a while away asks to be brought up to date."""
        await self.handoff_changed({"to_staff": live.NOTHING})

    async def handoff_changed(self, event):
        try:
            await self.show(event["to_staff"])
        except Handoff.DoesNotExist:
            await self.close(NOT_FOUND)
        except django.db.Error:
            return

    async def answer_begun(self, event):
        """What the desk answers once it was handed back is in the same group, and not for it."""

    answer_changed = answer_ended = answer_begun

    async def show(self, says=live.NOTHING):
        user = await signed_in(self.session, self.user_id)
        if user is None:
            await self.close(SIGNED_OUT)
        elif self.handoff_id is None:
            await self.send(await for_list(user, says, self.page))
        else:
            html, self.standing = await for_staff(self.handoff_id, user, says, self.standing)
            await self.send(html)


@in_thread
def group_of(handoff_id: int | None) -> str:
    """The group to listen to. Raises Handoff.DoesNotExist where its conversation is gone."""
    if handoff_id is None:
        return live.LIST
    open_one = Handoff.objects.filter(conversation__isnull=False).get(pk=handoff_id)
    return publishing.group(open_one.conversation_id)


signed_in = in_thread(sessions.signed_in)
for_asker = in_thread(live.for_asker)
for_staff = in_thread(live.for_staff)
for_list = in_thread(live.for_list)
