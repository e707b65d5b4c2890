"""Conversations that are handed to a person, and the log of what became of each."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.errors import HelpdeskError
from helpdesk.models.conversations import Conversation, Message

# What is said aloud and written down from hearing: no 0 and O, 1 and I, and no U for V.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTER_COUNT = 4
PERMISSION = "helpdesk.answer_handoffs"


def new_reference() -> str:
    """One that is free, like HD-7K3P; longer once the short ones become rare."""
    for tries in range(100):
        length = LETTER_COUNT + tries // 10
        reference = "HD-" + "".join(secrets.choice(LETTERS) for _ in range(length))
        if not Handoff.objects.filter(reference=reference).exists():
            return reference
    raise AssertionError("No reference is free.")


class HandoffQuerySet(models.QuerySet):
    def open(self):
        """Those of which a person answers, or will: the desk is silent."""
        return self.filter(state__in=Handoff.OPEN, conversation__isnull=False)

    def answered_by(self, user):
        """Those that `user` may look after: nobody answers themselves."""
        if not (user.is_authenticated and user.has_perm(PERMISSION)):
            return self.none()
        return self.filter(conversation__isnull=False).exclude(conversation__user=user)


class Handoff(models.Model):
    """A conversation that its person gave to people, from then until it is handed back or closed.

    Who answers hand-offs reads the conversation while it is open, and no longer.
    """

    class State(models.TextChoices):
        WAITING = "waiting", gettext_lazy("waiting")
        TAKEN = "taken", gettext_lazy("taken")
        RETURNED = "returned", gettext_lazy("handed back")
        CLOSED = "closed", gettext_lazy("closed")

    OPEN = (State.WAITING, State.TAKEN)

    conversation = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, related_name="handoffs"
    )
    reference = models.CharField(gettext_lazy("reference"), max_length=20, unique=True)
    state = models.CharField(
        gettext_lazy("state"), max_length=10, choices=State, default=State.WAITING
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="handoffs_taken",
        verbose_name=gettext_lazy("answered by"),
    )
    seen = models.BigIntegerField(
        default=0, help_text="The last message that whoever took it has seen."
    )
    asker_seen = models.BigIntegerField(
        default=0, help_text="The last message that the asker has been shown."
    )
    mailed_at = models.DateTimeField(gettext_lazy("mailed at"), null=True)
    created_at = models.DateTimeField(gettext_lazy("since"), db_default=Now(), db_index=True)

    objects = HandoffQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = gettext_lazy("hand-off")
        verbose_name_plural = gettext_lazy("hand-offs")
        permissions = [
            ("answer_handoffs", gettext_lazy("Can answer conversations that are handed over"))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(state__in=("waiting", "taken")),
                name="one_open_handoff_a_conversation",
            )
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("handoff", args=[self.pk])

    @property
    def is_open(self):
        return self.state in self.OPEN and self.conversation_id is not None

    @property
    def is_new(self):
        """Whether it has not waited for a minute yet."""
        return timezone.now() - self.created_at < timedelta(minutes=1)

    @classmethod
    @transaction.atomic
    def begin(cls, conversation_id: int, user, wish: str = "") -> "Handoff":
        """Hands the person's conversation over, with a `wish` as its last message.

        Raises HelpdeskError where that can't be now.
        """
        conversation = held(conversation_id, user)
        if conversation.handoffs.open().exists():
            raise HelpdeskError(_("This conversation is with a person already."))
        messages = conversation.messages.all()
        if messages.filter(status=Message.Status.ANSWERING).exists():
            raise HelpdeskError(
                _("Your last question is still being answered. Wait for its end, then hand over.")
            )
        if not (wish or messages.exists()):
            raise HelpdeskError(_("Write what it is about first."))
        if wish:
            conversation.messages.create(role=Message.Role.USER, text=wish)
        made = cls.objects.create(conversation=conversation, reference=new_reference())
        made.log(user)
        return made

    @transaction.atomic
    def take(self, by) -> "HandoffChange":
        """Makes `by` the one who answers, also in somebody else's place."""
        self.hold()
        if self.state == self.State.TAKEN and self.staff_id == by.pk:
            raise HelpdeskError(_("You have taken this one already."))
        return self.move(self.State.TAKEN, by, staff=by)

    @transaction.atomic
    def say(self, text: str, by) -> Message:
        """An answer of the person who took it, in the same thread."""
        self.hold(by)
        said = self.conversation.messages.create(role=Message.Role.STAFF, text=text, author=by)
        self.see(said.pk)
        self.conversation.save(update_fields=["updated_at"])
        return said

    @transaction.atomic
    def hand_back(self, by) -> "HandoffChange":
        """Ends it: the desk answers again."""
        self.hold(by)
        return self.move(self.State.RETURNED, by)

    @transaction.atomic
    def close(self, by) -> "HandoffChange":
        """Ends it as settled, by whoever took it or by the person who asked."""
        asked = self.conversation is not None and self.conversation.user_id == by.pk
        self.hold(None if asked else by)
        return self.move(self.State.CLOSED, by)

    def see(self, message_id: int) -> None:
        """Notes what whoever took it has seen; later is never taken back."""
        Handoff.objects.filter(pk=self.pk, seen__lt=message_id).update(seen=message_id)

    def unseen_by_asker(self) -> bool:
        """Whether a person has answered what the asker has not been shown yet."""
        if self.conversation is None:
            return False
        answers = self.conversation.messages.filter(role=Message.Role.STAFF)
        return answers.filter(pk__gt=self.asker_seen).exists()

    def hold(self, by=None) -> None:
        """Holds the row as it is now. Raises HelpdeskError where it has ended, or where `by` is
        given and not the one who took it."""
        self.refresh_from_db(from_queryset=Handoff.objects.select_for_update(no_key=True))
        if not self.is_open:
            raise HelpdeskError(_("This hand-off has ended: it was handed back, or closed."))
        if by is None or self.staff_id == by.pk:
            return
        if self.staff is None:
            raise HelpdeskError(_("Take it first, then answer."))
        name = self.staff.get_full_name() or self.staff.get_username()
        raise HelpdeskError(_("%(name)s has taken this one.") % {"name": name})

    def move(self, state: str, by, **fields) -> "HandoffChange":
        for name, value in {"state": state, **fields}.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *fields])
        return self.log(by)

    def log(self, by) -> "HandoffChange":
        """Writes down that the state is what it is now, by whom, and after which message."""
        last = self.conversation.messages.order_by("pk").values_list("pk", flat=True).last()
        return self.changes.create(state=self.state, by=by, after=last or 0)


def held(conversation_id: int, user) -> Conversation:
    """The person's conversation, held until the transaction ends. Raises HelpdeskError for none."""
    mine = Conversation.objects.visible_to(user).select_for_update(no_key=True)
    found = mine.filter(pk=conversation_id).first()
    if found is None:
        raise HelpdeskError(_("This conversation is not there any more. Start a new one."))
    return found


@transaction.atomic
def say_to_a_person(conversation_id: int, text: str, user) -> Message | None:
    """Keeps the person's message for whoever answers; None where the desk itself does."""
    conversation = Conversation.objects.visible_to(user).filter(pk=conversation_id)
    handed_over = Handoff.objects.open().filter(conversation__in=conversation)
    # Held: nobody may end it before the message is there, which then nobody would answer.
    handoff = handed_over.select_for_update(no_key=True).first()
    if handoff is None:
        return None
    mine = handoff.conversation
    said = mine.messages.create(role=Message.Role.USER, text=text)
    mine.save(update_fields=["updated_at"])
    return said


class HandoffChange(models.Model):
    """One line of a hand-off's log: which state, since when, by whom. Nobody edits it."""

    handoff = models.ForeignKey(Handoff, models.CASCADE, related_name="changes")
    state = models.CharField(max_length=10, choices=Handoff.State)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    after = models.BigIntegerField(help_text="The last message of the conversation by then.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.handoff}: {self.get_state_display()}"
