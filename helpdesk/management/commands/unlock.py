"""`manage.py unlock NAME`: lets somebody try to sign in again at once."""

from django.core.management.base import CommandError

from helpdesk.models import SignInTries
from knowledge.management.desk import DeskCommand


class Command(DeskCommand):
    help = "Lets a person try to sign in again at once, after too many wrong passwords."

    def add_arguments(self, parser):
        parser.add_argument("name", metavar="NAME")

    def handle(self, *args, name, **options):
        locked = SignInTries.objects.locked().filter(user__username=name)
        if not locked:
            raise CommandError(f"“{name}” is not locked out, or there is no such account.")
        for tries in locked:
            tries.lift()
        self.stdout.write(f"“{name}” can try again.")
