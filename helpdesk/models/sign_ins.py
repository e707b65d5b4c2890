"""Tries to sign in: so many a name and address, and more from the address at all, then a wait."""

from __future__ import annotations

import logging
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.errors import HelpdeskError
from knowledge.audit import Action, record

logger = logging.getLogger(__name__)

# Whoever has an IPv6 address has all of its network.
IPV6_NETWORK = 64


class SignInTriesQuerySet(models.QuerySet):
    @transaction.atomic
    def begin(self, name: str, address: str) -> SignInTries:
        """Counts a try, before its password is looked at: of many at once none slips past.

        Raises HelpdeskError, in words that hold for every name, where there were too many.
        """
        address = network_of(address)
        for whole in self.locked().filter(key=key_of(address)):
            raise HelpdeskError(whole.refusal())
        known = get_user_model().objects.filter(username=name).first()
        return self._count(key_of(address, name), address, settings.SIGN_IN_TRIES, known)

    @transaction.atomic
    def count_wrong(self, address: str) -> SignInTries | None:
        """Counts a wrong password with all others from `address`, under whatever name.

        None where no address is known, or the setting says not to count. Right ones don't count,
        for many people may share an address. Raises HelpdeskError where it must wait already.
        """
        limit = settings.SIGN_IN_TRIES_PER_ADDRESS
        return self._count(key_of(address), address, limit) if limit and address else None

    def _count(self, key, address, limit, user=None):
        now = timezone.now()
        tries, _made = self.select_for_update(of=("self",)).get_or_create(
            key=key, defaults={"user": user, "address": address}
        )
        if tries.locked_until and tries.locked_until > now:
            raise HelpdeskError(tries.refusal())
        if tries.since + timedelta(minutes=settings.SIGN_IN_MINUTES) <= now:
            tries.count, tries.since = 0, now
        tries.count += 1
        last = tries.count >= limit
        tries.locked_until = now + timedelta(minutes=settings.SIGN_IN_MINUTES) if last else None
        tries.save()
        return tries

    def locked(self):
        """Those that must wait now."""
        return self.filter(locked_until__gt=timezone.now())

    def forget(self) -> None:
        """Deletes those that hold nobody up any more."""
        before = timezone.now() - timedelta(minutes=settings.SIGN_IN_MINUTES)
        self.filter(Q(locked_until=None) | ~Q(pk__in=self.locked()), since__lt=before).delete()


class SignInTries(models.Model):
    """The tries of late to sign in under one name from one address, or all wrong ones from there.

    What was typed is not kept, for it may be a password: `user` is the account of that name, None
    where there is none.
    """

    key = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    address = models.CharField(_("address"), max_length=50)
    count = models.PositiveIntegerField(_("tries"), default=0)
    since = models.DateTimeField(_("since"), db_default=Now())
    locked_until = models.DateTimeField(_("locked until"), null=True)

    objects = SignInTriesQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("sign-in try")
        verbose_name_plural = _("tries to sign in")

    def __str__(self):
        return f"{self.whose}, {self.address}"

    @property
    def whole_address(self) -> bool:
        """Whether these are the wrong ones under all names together."""
        return self.key == key_of(self.address)

    @property
    def whose(self):
        """The account whose name was typed, or words in its place."""
        if self.whole_address:
            return _("every name")
        return self.user or _("no account")

    @property
    def kept(self) -> str:
        """What the audit trail keeps: the account and the address, in no language."""
        return f"{self.user}, {self.address}" if self.user else self.address

    def succeed(self) -> None:
        """Forgets them all: the password was right."""
        SignInTries.objects.filter(pk=self.pk).delete()

    def fail(self) -> None:
        """Notes that this try was wrong. Raises HelpdeskError where it was the last for now."""
        if self.locked_until:
            self._note_lock()
        whole = SignInTries.objects.count_wrong(self.address)
        if whole and whole.locked_until:
            whole._note_lock()
            raise HelpdeskError(whole.refusal())
        if self.locked_until:
            raise HelpdeskError(self.refusal())

    def _note_lock(self):
        logger.warning("Sign-in locked after %d tries from %s.", self.count, self.address)
        if self.user or self.whole_address:
            record(Action.LOCKED, detail=f"{self.kept}: {self.count} tries to sign in")

    def lift(self, by=None) -> None:
        """Lets them try again at once."""
        with transaction.atomic():
            if SignInTries.objects.filter(pk=self.pk).delete()[0]:
                record(Action.UNLOCKED, by, detail=self.kept)

    def refusal(self) -> str:
        left = self.locked_until - timezone.now()
        minutes = max(1, -(-left // timedelta(minutes=1)))
        return ngettext(
            "Too many tries. Try again in %(minutes)d minute.",
            "Too many tries. Try again in %(minutes)d minutes.",
            minutes,
        ) % {"minutes": minutes}


def key_of(address: str, *name: str) -> str:
    """What the tries from an address are counted under, or with a name those under it alone."""
    return salted_hmac(__name__, " ".join([address, *name]), algorithm="sha256").hexdigest()


def network_of(address: str) -> str:
    """What stands for an address: itself, or of a v6 one the network that it is in."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(ip_network((found.packed, IPV6_NETWORK), strict=False))
        found = found.ipv4_mapped
    return str(found)
