"""`manage.py preflight`: what stands in the way of training on the approved pairs."""

import json

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError

from knowledge.accounts import asker
from knowledge.errors import KnowledgeError
from tuning import preflight
from tuning.models import QAPair


class Command(BaseCommand):
    help = "Examines the approved pairs; ends with 1 where a finding blocks a run."

    def add_arguments(self, parser):
        parser.add_argument("--group", action="append", default=[], help="For an adapter of these.")
        parser.add_argument("--user", help="Whose pairs; the first superuser's without one.")
        parser.add_argument("--json", action="store_true", help="The report as JSON.")

    def handle(self, group, user, **options):
        groups = list(Group.objects.filter(name__in=group))
        if unknown := set(group) - {one.name for one in groups}:
            raise CommandError(f"There is no group “{sorted(unknown)[0]}”.")
        pairs = QAPair.objects.visible_to(asker(user)).approved().order_by("pk")
        try:
            report = preflight.examine(pairs, groups)
        except KnowledgeError as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), indent=2, ensure_ascii=False))
        else:
            self.tell(report)
        if report.blocking:
            raise CommandError(f"Findings that block a run: {len(report.blocking)}")

    def tell(self, report):
        for one in report.findings:
            word = "blocks" if one.blocking else "look at"
            place = f" pair {one.pair}:" if one.pair else ""
            others = f" See pair {', '.join(map(str, one.others))}." if one.others else ""
            self.stdout.write(f"{word}:{place} {one.message}{others}")
        counts = report.counts
        self.stdout.write(f"Approved pairs: {counts['approved']}, tokens: {counts['tokens']}")
