"""`manage.py unlock NAME`: lets somebody, or an address, try to sign in again at once."""

from django.core.management.base import CommandError
from django.db.models import Q

from helpdesk.models import SignInTries
from helpdesk.models.sign_ins import key_of, network_of
from knowledge.management.desk import DeskCommand


class Command(DeskCommand):
    help = (
        "Lets a person, or all from an address, try to sign in again at once, after too many"
        " wrong passwords."
    )

    def add_arguments(self, parser):
        parser.add_argument("name", metavar="NAME|ADDRESS")

    def handle(self, *args, name, **options):
        these = Q(user__username=name) | Q(key=key_of(network_of(name)))
        locked = SignInTries.objects.locked().filter(these)
        if not locked:
            raise CommandError(
                f"“{name}” is not locked out, or there is no such account or address."
            )
        for tries in locked:
            tries.lift()
        self.stdout.write(f"“{name}” can try again.")
