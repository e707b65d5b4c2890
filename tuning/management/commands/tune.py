"""manage.py tune: everything that the pages of the runs do, from the shell."""

import json
import time

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError

from helpdesk import showing
from knowledge.accounts import asker
from knowledge.errors import KnowledgeError
from knowledge.standing import duration
from tuning import presets, switching
from tuning.errors import TuningError
from tuning.evaluating import sending
from tuning.models import Adapter, Dataset, Evaluation, Run
from tuning.planning import Plan

POLL_SECONDS = 1.0
NUMBERS = {"rank": int, "alpha": int, "epochs": int, "batch-tokens": int, "learning-rate": float}
SWITCHES = ("dora", "rslora", "four-bit", "gradient-checkpointing")


class Command(BaseCommand):
    help = "Starts, follows and cancels runs; the tuning worker does the work."

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
        check = verbs.add_parser("check", help="what would be learned from, and what it takes")
        start = verbs.add_parser("start", help="check, and queue a run")
        for each in (check, start):
            self.add_plan(each)
        start.add_argument("--follow", action="store_true", help="wait for the end")
        for name, told in (("status", "how a run stands"), ("follow", "wait for its end")):
            each = verbs.add_parser(name, help=told)
            each.add_argument("run", type=int, nargs="?", help="its number; the newest")
        verbs.add_parser("cancel", help="end a run").add_argument("run", type=int)
        verbs.add_parser("list", help="all runs, the newest first")
        evaluate = verbs.add_parser("evaluate", help="measure a finished run, and print the gates")
        evaluate.add_argument("run", type=int, nargs="?", help="its number; the newest")
        activate = verbs.add_parser("activate", help="let a run's model answer")
        activate.add_argument("run", type=int)
        share = {"type": int, "choices": switching.SHARES, "default": 0}
        activate.add_argument("--share", **share, help="only so many percent of the people")
        back = verbs.add_parser("rollback", help="let the engine before answer again")
        for each in (activate, back):
            each.add_argument("--reason", default="", help="kept in the log of switches")
        for each in (evaluate, activate, back):
            each.add_argument("--user", help="the person in whose name; the first superuser")
        for each in verbs.choices.values():
            each.add_argument("--json", action="store_true", help="print JSON")

    def add_plan(self, parser):
        parser.add_argument("--user", help="the person in whose name; the first superuser")
        parser.add_argument("--preset", choices=presets.PRESETS, default=presets.DEFAULT)
        parser.add_argument("--trainer", choices=Run.Trainer.values, default=Run.Trainer.LOCAL)
        parser.add_argument("--base-model", default=settings.BASE_MODEL)
        parser.add_argument("--group", action="append", default=[], help="only for this group")
        parser.add_argument("--dataset", type=int, help="an earlier snapshot")
        parser.add_argument("--context", choices=[showing.PASSAGES, showing.SENTENCES], default="")
        for name, kind in NUMBERS.items():
            parser.add_argument(f"--{name}", type=kind)
        for name in SWITCHES:
            parser.add_argument(f"--{name}", action="store_true", default=None)

    def handle(self, *args, **options):
        self.json = options["json"]
        try:
            getattr(self, f"do_{options['verb']}")(options)
        except (TuningError, KnowledgeError) as error:
            raise CommandError(str(error)) from None

    def do_check(self, options):
        plan = plan_of(options)
        report, estimate = plan.report(), plan.estimate()
        told = {
            "pairs": len(plan.texts()),
            "blocking": len(report.blocking),
            "report": report.as_dict(),
            "options": plan.options,
            "context": plan.shows,
            "estimate": estimate.as_dict() if estimate else None,
            "sent": plan.sent,
        }
        if self.json:
            return self.print(told)
        for found in report.findings:
            self.stdout.write(f"{'blocks' if found.blocking else 'look at'}: {found.message}")
        self.stdout.write(f"{told['pairs']} pairs, {plan.preset}, shown {plan.shows}")
        if estimate:
            above = estimate.above_bytes / 1e6
            self.stdout.write(
                f"about {duration(estimate.seconds)}, {above:.0f} MB above the base model; trains "
                f"{estimate.trainable:,} of {estimate.parameters:,} parameters"
            )
        if plan.sent:
            self.stdout.write(f"The pairs, and the passages with them, are uploaded. {plan.sent}")
        return None

    def do_start(self, options):
        run = plan_of(options).start()
        if options["follow"]:
            return self.until_the_end(run)
        return self.show(run)

    def do_status(self, options):
        self.show(named(options["run"]))

    def do_follow(self, options):
        self.until_the_end(named(options["run"]))

    def do_cancel(self, options):
        run = named(options["run"])
        run.cancel()
        self.show(run)

    def do_list(self, options):
        runs = Run.objects.select_related("dataset")
        if self.json:
            return self.print([told_of(run) for run in runs])
        for run in runs:
            self.stdout.write(line(run))
        if not runs:
            self.stdout.write("No run yet: manage.py tune start")
        return None

    def do_evaluate(self, options):
        """Queues an evaluation and waits for its report."""
        run = named(options["run"])
        evaluation = Evaluation.objects.ask(run, asker(options["user"]))
        if run.remote and not self.json:
            self.stdout.write(sending.sentence(run))
        while not evaluation.finished:
            time.sleep(POLL_SECONDS)
            evaluation.refresh_from_db()
        if evaluation.error:
            raise CommandError(evaluation.error)
        if self.json:
            return self.print(evaluation.report)
        for gate in evaluation.report["gates"]:
            word = "holds" if gate["holds"] else "FAILS"
            self.stdout.write(f"{word if gate['measured'] else '-    '}  {gate['sentence']}")
        return None

    def do_activate(self, options):
        run = named(options["run"])
        adapter = Adapter.objects.filter(run=run).first()
        if adapter is None:
            raise CommandError(f"{run} has no adapter yet: manage.py tune evaluate {run.pk}")
        by, share = asker(options["user"]), options["share"]
        self.tell(switching.switch_on(adapter, by, share, options["reason"]))

    def do_rollback(self, options):
        self.tell(switching.roll_back(asker(options["user"]), options["reason"]))

    def tell(self, switch):
        told = {"engine": switch.name, "deed": switch.deed, "share": switch.share}
        told |= {"before": str(switch.before or ""), "reason": switch.reason}
        if self.json:
            return self.print(told)
        self.stdout.write(f"{switch}{f' ({switch.share}%)' if switch.deed == 'try' else ''}")
        return None

    def until_the_end(self, run):
        """Prints each change until the run ends; a failed one ends the command with an error."""
        said = ""
        while True:
            run.refresh_from_db()
            if not self.json and line(run) != said:
                said = line(run)
                self.stdout.write(said)
            if run.finished:
                break
            time.sleep(POLL_SECONDS)
        if self.json:
            self.print(told_of(run))
        if run.state != Run.State.DONE:
            raise CommandError(run.error or f"{run} is {run.get_state_display()}.")

    def show(self, run):
        if self.json:
            self.print(told_of(run))
        else:
            self.stdout.write(line(run))

    def print(self, value):
        self.stdout.write(json.dumps(value, indent=2, default=str))


def plan_of(options) -> Plan:
    names = [name.replace("-", "_") for name in (*NUMBERS, *SWITCHES)]
    changes = {name: options[name] for name in names if options[name] is not None}
    if "rank" in changes and "alpha" not in changes:
        changes["alpha"] = 2 * changes["rank"]
    groups = list(Group.objects.filter(name__in=options["group"]))
    if missing := set(options["group"]) - {group.name for group in groups}:
        raise CommandError(f"There is no group {', '.join(sorted(missing))}.")
    dataset = Dataset.objects.filter(pk=options["dataset"]).first()
    if options["dataset"] and dataset is None:
        raise CommandError(f"There is no dataset {options['dataset']}.")
    return Plan(
        by=asker(options["user"]),
        base_model=options["base_model"],
        preset=options["preset"],
        trainer=options["trainer"],
        groups=groups,
        dataset=dataset,
        context=options["context"],
        changes=changes,
    )


def named(number):
    found = Run.objects.filter(pk=number) if number else Run.objects.all()
    run = found.first()
    if run is None:
        raise CommandError("There is no such run; `manage.py tune list` shows what there is.")
    return run


def told_of(run) -> dict:
    """A run as JSON shows it."""
    names = ("state", "error", "trainer", "base_model", "context", "preset", "options", "step")
    names += ("steps", "epoch", "tokens_per_second", "remaining_seconds", "training_seconds")
    names += ("best_loss", "best_step", "trainable_parameters", "total_parameters", "peak_bytes")
    told = {"run": run.pk, **{name: getattr(run, name) for name in names}}
    done = run.state == Run.State.DONE and not run.remote
    adapter = str(run.adapter) if done else run.result_model
    return {**told, "dataset": run.dataset_id, "model": adapter}


def line(run) -> str:
    told = f"{run.pk:>4}  {run.get_state_display():<10} {run.preset:<9}"
    if run.steps:
        told += f"  step {run.step}/{run.steps}, {run.tokens_per_second:.0f} tokens/s"
    if run.best_loss is not None:
        told += f", validation loss {run.best_loss:.4f}"
    if run.remaining_seconds and not run.finished:
        told += f", {duration(run.remaining_seconds)} left"
    return f"{told}\n      {run.error}" if run.error else told
