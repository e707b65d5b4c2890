"""`manage.py pairs`: pairs of questions and answers out to a file, and in from one."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from knowledge.accounts import asker
from knowledge.errors import KnowledgeError
from tuning import formats, jsonl
from tuning.errors import TuningError
from tuning.exchange import rows
from tuning.models import QAPair
from tuning.resources import PairResource


class Command(BaseCommand):
    help = "Exports the pairs to a .jsonl, .csv or .xlsx file, or imports one."

    def add_arguments(self, parser):
        parser.add_argument("deed", choices=["export", "import"])
        parser.add_argument("file", type=Path)
        parser.add_argument("--user", help="Who does it; the first superuser without one.")
        parser.add_argument("--status", choices=QAPair.Status.values, help="Only these.")
        parser.add_argument("--tag", help="Only those with this tag.")
        parser.add_argument(
            "--plain", action="store_true", help="JSONL with messages alone, as OpenAI takes it."
        )

    def handle(self, deed, file, user, **options):
        by = asker(user)
        try:
            told = self.write(file, by, options) if deed == "export" else self.read(file, by)
        except (TuningError, KnowledgeError) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        self.stdout.write(told)

    def write(self, file, by, options) -> str:
        pairs = QAPair.objects.visible_to(by)
        if options["status"]:
            pairs = pairs.filter(status=options["status"])
        if options["tag"]:
            pairs = pairs.filter(tags__contains=[options["tag"]])
        form = formats.of_name(file.name)
        if isinstance(form, formats.JSONL):
            data = jsonl.write(rows(pairs), options["plain"])
        else:
            data = form.export_data(PairResource().export(pairs))
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        return f"Pairs written: {pairs.count()}"

    def read(self, file, by) -> str:
        form = formats.of_name(file.name)
        dataset = form.create_dataset(file.read_bytes())
        result = PairResource().import_data(
            dataset, user=by, file_name=file.name, rollback_on_validation_errors=True
        )
        wrong = [str(error.error) for error in result.base_errors]
        wrong += [f"Pair {row.number}: {told(row)}" for row in result.invalid_rows]
        wrong += [f"Pair {n}: {errors[0].error}" for n, errors in result.row_errors()]
        if wrong:
            raise CommandError("Nothing was imported.\n" + "\n".join(wrong[:20]))
        return "Pairs imported: {new}; there already: {skip}".format(**result.totals)


def told(row) -> str:
    """What is wrong with a row, in its words."""
    return " ".join(row.error.messages)
