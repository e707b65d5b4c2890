"""manage.py reindex: another embedding model beside the one that answers, compared, switched to."""

import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from knowledge import comparison, embeddings, reindexing, waiting
from knowledge.accounts import asker
from knowledge.errors import KnowledgeError
from knowledge.management.desk import DeskCommand
from knowledge.models import Index
from knowledge.standing import duration

PAUSE = 0.5


class Command(DeskCommand):
    help = "Builds the vectors of another embedding model, compares them, switches to them."

    def add_arguments(self, parser):
        parser.add_argument("--model", metavar="NAME", help="to build; if not given, of settings")
        parser.add_argument("--cut", action="store_true", help="cut off passages it can't read")
        parser.add_argument("--wait", action="store_true", help="until it is built")
        parser.add_argument("--index", type=int, metavar="ID", help="which one --compare asks")
        parser.add_argument("--user", metavar="NAME", help="whose rights --compare asks with")
        verbs = parser.add_mutually_exclusive_group()
        verbs.add_argument("--list", action="store_true", help="what there is")
        verbs.add_argument("--compare", type=Path, metavar="FILE", help="with the active one")
        verbs.add_argument("--activate", type=int, metavar="ID", help="let it answer")
        verbs.add_argument("--undo", action="store_true", help="let the one before answer again")
        verbs.add_argument("--cancel", type=int, metavar="ID", help="break the building off")
        verbs.add_argument("--resume", type=int, metavar="ID", help="go on with it")
        verbs.add_argument("--discard", type=int, metavar="ID", help="remove it with its vectors")

    def handle(self, *args, **options):
        verb = next((verb for verb in VERBS if options[verb] not in (None, False)), "build")
        try:
            getattr(self, verb)(options)
        except KnowledgeError as error:
            raise CommandError(str(error)) from None

    def build(self, options):
        model = options["model"] or settings.EMBEDDING_MODEL
        same = Index.objects.like(model, embeddings.embedder(model))
        if same and same.state != Index.State.BUILDING:
            raise CommandError(f"Index {same.pk} holds this model's vectors already: {same}.")
        index = Index.objects.begin(model, cut=options["cut"])
        self.stdout.write(f"Index {index.pk} is being built; `reindex --list` shows how far it is.")
        if options["wait"]:
            self.wait(index)

    def wait(self, index: Index):
        with waiting.worker(self.stdout.write) as ensure_worker:
            while index.state == Index.State.BUILDING:
                ensure_worker()
                time.sleep(PAUSE)
                index.refresh_from_db()
                if self.stderr.isatty():
                    self.stderr.write(f"\r\033[K{progress(index)}", ending="")
        if self.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")
        if index.state in Index.UNWRITTEN:
            raise CommandError(index.error)
        self.stdout.write(f"Index {index.pk} is ready. Compare it, then --activate {index.pk}.")

    def list(self, options):
        for index in Index.objects.all():
            self.stdout.write(line(index))
        if not Index.objects.exists():
            self.stdout.write("There is no index yet: the first document makes one.")

    def compare(self, options):
        path, user = options["compare"], asker(options["user"])
        try:
            questions = comparison.questions_of(path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path} can't be opened: {error.strerror}.") from None
        chosen = [Index.objects.active(), self.candidate(options["index"])]
        first, second = comparison.compare(questions, chosen, user)
        self.stdout.write(f"{len(questions)} questions, asked as {user.get_username()}")
        heads = [f"{index.pk} ({index.state})" for index in chosen]
        self.stdout.write(f"{'':<14}{heads[0]:>14}{heads[1]:>14}")
        for name, one, other in comparison.by_name(first, second):
            self.stdout.write(f"{name:<14}{one:>14g}{other:>14g}")

    def candidate(self, wanted: int | None) -> Index:
        """The index that is compared: the one named, else the newest that may be switched to."""
        if wanted:
            return named(wanted)
        ready = Index.objects.filter(state__in=Index.SWITCHABLE)
        found = ready.filter(state=Index.State.READY).first() or ready.first()
        if found is None:
            raise CommandError("There is only one index. Build another with --model NAME.")
        return found

    def activate(self, options):
        index = named(options["activate"])
        index.activate()
        self.stdout.write(f"Index {index.pk} answers from now on. --undo goes back.")
        if index.model != settings.EMBEDDING_MODEL:
            self.stdout.write(f"Set EMBEDDING_MODEL={index.model}, so that nobody wonders.")

    def undo(self, options):
        index = Index.objects.undo()
        self.stdout.write(f"Index {index.pk} ({index.model}) answers again.")

    def cancel(self, options):
        index = named(options["cancel"])
        index.cancel()
        self.stdout.write(f"Index {index.pk} is not built any more: --resume or --discard it.")

    def resume(self, options):
        index = named(options["resume"])
        index.resume(cut=options["cut"])
        self.stdout.write(f"Index {index.pk} is being built again.")
        if options["wait"]:
            self.wait(index)

    def discard(self, options):
        index = named(options["discard"])
        index.discard()
        reindexing.remove(index.pk)
        self.stdout.write(f"Index {options['discard']} is removed.")


VERBS = ("list", "compare", "activate", "undo", "cancel", "resume", "discard")


def named(wanted: int) -> Index:
    found = Index.objects.filter(pk=wanted).first()
    if found is None:
        raise CommandError(f"There is no index {wanted}; --list shows what there is.")
    return found


def line(index: Index) -> str:
    """An index in one line, and why it failed in a second."""
    told = f"{index.pk:>4}  {index.get_state_display():<32}  {index.model}, {index.dimensions}"
    if index.state == Index.State.BUILDING:
        told += f"  {progress(index)}"
    return f"{told}\n      {index.error}" if index.error else told


def progress(index: Index) -> str:
    """How far a building is."""
    if index.total is None:
        return "measuring the passages"
    told = f"{index.done} of {index.total} passages"
    if index.remaining_seconds is not None:
        told += f", {index.rate:.0f} a second, {duration(index.remaining_seconds)} left"
    return told
