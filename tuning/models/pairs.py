"""Pairs of a question and a good answer, and their way to approval."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.models import CuratedAnswer, Message
from knowledge.models import Collection, Version
from tuning.corrections import drawn_on, question_of
from tuning.errors import TuningError
from tuning.models.history import PairEvent, told_of
from tuning.models.pair_queries import QAPairQuerySet

Action = PairEvent.Action


class QAPair(models.Model):
    """A question and a good answer to it. Only approved pairs may train a model."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    class Origin(models.TextChoices):
        HAND = "hand", _("written by hand")
        CHAT = "chat", _("from the chat")
        IMPORT = "import", _("imported")

    question = models.TextField(_("question"))
    answer = models.TextField(
        _("answer"), help_text=_("As Markdown; [1] stands for the first passage it quotes.")
    )
    sources = models.ManyToManyField(
        Version,
        blank=True,
        related_name="+",
        verbose_name=_("sources"),
        help_text=_("The documents that the answer rests on."),
    )
    inherits = models.ManyToManyField(
        Collection,
        editable=False,
        related_name="+",
        help_text="Whose readers' rights it has; they outlive a source that is deleted.",
    )
    withheld = models.BooleanField(
        default=False,
        editable=False,
        help_text="Its restricted collection was deleted: superusers alone see it.",
    )
    tags = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        verbose_name=_("tags"),
        help_text=_("Separated by commas."),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status,
        default=Status.DRAFT,
        editable=False,
        db_index=True,
    )
    origin = models.CharField(
        _("origin"), max_length=10, choices=Origin, default=Origin.HAND, editable=False
    )
    message = models.OneToOneField(
        Message,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("answer in the chat"),
    )
    pinned = models.OneToOneField(
        CuratedAnswer, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("author"),
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("last edited by"),
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    reason = models.TextField(
        _("reason of the rejection"), blank=True, editable=False, default="", db_default=""
    )
    revision = models.PositiveIntegerField(
        default=1, db_default=1, editable=False, help_text="Goes up with every change of the text."
    )
    approved_sources = models.JSONField(
        default=list,
        editable=False,
        help_text="What it was approved on: version, document, name, number, sha256 of each.",
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = QAPairQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")
        permissions = [
            ("review_qapair", _("Can approve and reject questions and answers")),
            ("approve_own_qapair", _("Can approve answers that they wrote themselves")),
        ]

    def __str__(self):
        return self.question[:80]

    @classmethod
    def make(cls, question, answer, by, sources=(), tags=(), detail="", **fields):
        """A new draft of `by`, with its sources and the beginning of its history."""
        with transaction.atomic():
            pair = cls.objects.create(
                question=question,
                answer=answer,
                tags=list(tags),
                author=by,
                edited_by=by,
                **fields,
            )
            pair.sources.set(sources)
            pair.record(Action.MADE, by, ": ".join(filter(None, [pair.origin_word, detail])))
        return pair

    @classmethod
    def from_answer(cls, message, answer_text, by, question="", tags=()):
        """The draft of a corrected answer of the chat, with the question and the sources of it.

        One pair a message: the same text again changes nothing, another text changes the draft.
        Raises TuningError where the pair is past that, or the message is no answer.
        """
        if message.role != Message.Role.ASSISTANT:
            raise TuningError(gettext("Only an answer can be corrected."))
        with transaction.atomic():
            # Two who correct one answer at a time do it one after the other.
            Message.objects.select_for_update().get(pk=message.pk)
            pair = cls.objects.filter(message=message).first()
            asked = question or question_of(message)
            if pair is None:
                sources = drawn_on(message)
                chat = {"origin": cls.Origin.CHAT, "message": message}
                return cls.make(asked, answer_text, by, sources, tags, **chat)
            changes = {"answer": answer_text, **({"question": question} if question else {})}
            if pair.differs(changes):
                if pair.status in (cls.Status.IN_REVIEW, cls.Status.APPROVED):
                    raise TuningError(_told(pair))
                pair.edit(by, **changes)
            return pair

    def differs(self, values: dict) -> bool:
        return any(getattr(self, name) != value for name, value in values.items())

    def edit(self, by, stay=False, **values):
        """Writes question, answer or tags anew, which makes a draft of it again.

        With `stay` a pair in review remains there: whoever approves sees the new text.
        """
        with transaction.atomic():
            row = QAPair.objects.select_for_update().get(pk=self.pk)
            changed = [name for name, value in values.items() if getattr(row, name) != value]
            for name, value in values.items():
                setattr(self, name, value)
            if not changed:
                return
            QAPair.objects.filter(pk=self.pk).update(**values)
            self.edited(by, changed, stay)

    def edited(self, by, changed, stay=False):
        """Notes that `by` changed these fields, already written, and what follows from it."""
        with transaction.atomic():
            row = QAPair.objects.select_for_update().get(pk=self.pk)
            self.record(Action.EDITED, by, ", ".join(changed))
            stays = row.status == self.Status.DRAFT or (
                stay and row.status == self.Status.IN_REVIEW
            )
            QAPair.objects.filter(pk=self.pk).update(
                edited_by=by, revision=models.F("revision") + 1, updated_at=timezone.now()
            )
            if not stays:
                self.revise(by)
            self._reload("edited_by", "revision")

    def submit(self, by=None):
        """Asks for a review of a draft or a rejected pair. Raises TuningError for any other."""
        allowed = {self.Status.DRAFT, self.Status.REJECTED}
        self._move(allowed, self.Status.IN_REVIEW, None, Action.SUBMITTED, by)

    def approve(self, by, revision=None):
        """Lets the pair train models, and remembers what its sources were.

        Raises TuningError when it is not in review, when it is the person's own without the right
        to approve that, or when its text is not the one of `revision` any more.
        """
        with transaction.atomic():
            self.may_be_approved(by)
            self._move(
                {self.Status.IN_REVIEW}, self.Status.APPROVED, by, Action.APPROVED, by, revision
            )
            self.approved_sources = [told_of(version) for version in self.read_sources()]
            QAPair.objects.filter(pk=self.pk).update(approved_sources=self.approved_sources)

    def reject(self, by, reason="", revision=None):
        """Sends the pair back to its author. Raises TuningError when it is not in review."""
        with transaction.atomic():
            in_review = {self.Status.IN_REVIEW}
            self._move(in_review, self.Status.REJECTED, by, Action.REJECTED, by, revision, reason)
            QAPair.objects.filter(pk=self.pk).update(reason=reason)
            self.reason = reason

    def revise(self, by=None):
        """Makes a draft of it again: what was reviewed is not what stands there now."""
        self._move(set(self.Status), self.Status.DRAFT, None, Action.REOPENED, by)

    def may_be_approved(self, by):
        """Raises TuningError where `by` wrote the answer, and may not approve that."""
        row = QAPair.objects.values_list("author_id", "edited_by_id").get(pk=self.pk)
        if by.pk in row and not by.has_perm("tuning.approve_own_qapair"):
            raise TuningError(
                gettext("“%(pair)s” is your own text: somebody else has to approve it.")
                % {"pair": self}
            )

    @property
    def approved_alone(self):
        """Whether whoever approved it wrote or last edited it: nobody else has looked at it."""
        written_by = {self.author_id, self.edited_by_id} - {None}
        return self.status == self.Status.APPROVED and self.reviewer_id in written_by

    @property
    def origin_word(self):
        return str(self.get_origin_display())

    def read_sources(self):
        return self.sources.select_related("document__collection").order_by("pk")

    def record(self, action, by, detail=""):
        """Keeps one deed in the history, in the transaction under way."""
        name = by.get_username() if by else ""
        return self.events.create(action=action, by=by, by_name=name, detail=detail)

    def _move(self, allowed, status, reviewer, action, by, revision=None, detail=""):
        # The row decides, not this copy of it: somebody else may have been faster.
        with transaction.atomic():
            rows = QAPair.objects.filter(pk=self.pk, status__in=allowed)
            if revision is not None:
                rows = rows.filter(revision=revision)
            moved = rows.update(
                status=status, reviewer=reviewer, reason="", updated_at=timezone.now()
            )
            if moved:
                self.record(action, by, detail)
        self._reload("status", "reviewer", "reason")
        if not moved:
            raise TuningError(_told(self, allowed))

    def _reload(self, *fields):
        self.refresh_from_db(fields=[*fields, "updated_at"])


def _told(pair, allowed=()):
    """Why a pair was left as it is."""
    if pair.status in allowed:
        return gettext("“%(pair)s” was changed meanwhile: look at it again.") % {"pair": pair}
    return gettext("“%(pair)s” is %(status)s: nothing was changed.") % {
        "pair": pair,
        "status": pair.get_status_display(),
    }
