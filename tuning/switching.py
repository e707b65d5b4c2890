"""Who answers: a tuned model is tried, switched on, and rolled back; every change is told."""

from django.db import transaction
from django.dispatch import receiver
from django.utils.translation import gettext as _

from helpdesk.engines import QUOTES
from helpdesk.errors import HelpdeskError
from helpdesk.models import Engine
from helpdesk.models.engines import activated
from tuning import closing
from tuning.errors import TuningError
from tuning.models import Adapter, Evaluation, Switch

SHARES = (5, 25, 100)
SWITCH, OVERRIDE = "tuning.switch_engine", "tuning.override_gates"


@transaction.atomic
def switch_on(adapter: Adapter, by, share: int = 0, reason: str = "") -> Switch:
    """Lets an adapter's engine answer: everybody, or `share` percent of the people on trial.

    Where a gate does not hold it takes the permission to override, and a reason; nobody overrides
    that not all whom it answers may read what it rests on. Raises TuningError with a sentence for
    whoever asked.
    """
    engine = adapter.engine
    if engine is None:
        unready = _("“%(adapter)s” has no engine yet: evaluate its run first.")
        raise TuningError(unready % {"adapter": adapter})
    if closed := closing.why(adapter.run.dataset):
        raise TuningError(closed)
    although = bool(engine.held_back)
    if although and not by.has_perm(OVERRIDE):
        raise TuningError(engine.held_back)
    if although and not reason.strip():
        raise TuningError(_("A gate does not hold: say why it is to answer all the same."))
    before = Engine.current()
    try:
        if share:
            engine.try_out(share, although)
        else:
            engine.activate(by, although, told=True)
    except HelpdeskError as error:
        raise TuningError(str(error)) from None
    deed = Switch.Deed.TRY if share else Switch.Deed.ACTIVATE
    return told(deed, engine, before, by, reason, share=share or 100, overridden=although)


@receiver(activated)
def tell(sender, engine: Engine, before: Engine | None, by, **kwargs) -> None:
    """Writes down a switch that was made elsewhere, as on the pages of the engines themselves.

    Raises HelpdeskError where `by` may not switch tuned models on, or this one may answer nobody.
    """
    adapted = tuned().filter(engine=engine.pk).exists()
    if adapted and by and not by.has_perm(SWITCH):
        raise HelpdeskError(_("You may not switch tuned models on."))
    if closed := closing.why_not(engine):
        raise HelpdeskError(closed)
    # The first engine of all comes after none, and is no switch.
    if adapted or before:
        told(Switch.Deed.ACTIVATE, engine, before or Engine.current(), by, "")


@transaction.atomic
def roll_back(by=None, reason: str = "", deed=Switch.Deed.ROLL_BACK, trial=True) -> Switch:
    """Ends the trial; without one, lets the engine answer again that did before.

    `trial=False` leaves the trial out of it: activating ends it too. Raises TuningError where no
    tuned model answers.
    """
    tried = Engine.objects.select_for_update().filter(trial_share__gt=0).first()
    if tried and trial:
        Engine.objects.filter(pk=tried.pk).update(trial_share=0)
        return told(deed, tried, Engine.current(), by, reason)
    engine = Engine.current()
    if not tuned().filter(engine=engine.pk).exists():
        raise TuningError(
            _("“%(engine)s” answers, which is no tuned model: there is nothing to roll back.")
            % {"engine": engine}
        )
    before = earlier(engine)
    before.activate(by, although=True, told=True)
    return told(deed, engine, before, by, reason)


def earlier(engine: Engine) -> Engine:
    """The engine that answered before this one; quotes where that is gone, or must not any more."""
    last = Switch.objects.filter(engine=engine, deed=Switch.Deed.ACTIVATE).first()
    if last and last.before and last.before.pk != engine.pk and not closing.why_not(last.before):
        return last.before
    others = Engine.objects.exclude(pk=engine.pk).exclude(pk__in=tuned())
    known = others.exclude(activated_at=None).order_by("-activated_at").first()
    return known or Engine.objects.get_or_create(name=QUOTES)[0]


def tuned():
    """The keys of the engines that answer with an adapter."""
    return Adapter.objects.exclude(engine=None).order_by().values("engine")


def in_force() -> Switch | None:
    """The switch by which a tuned model answers now, some people or all."""
    mine = Engine.objects.filter(pk__in=tuned())
    answering = mine.filter(trial_share__gt=0).first() or mine.filter(active=True).first()
    deeds = (Switch.Deed.TRY, Switch.Deed.ACTIVATE)
    return answering and Switch.objects.filter(engine=answering, deed__in=deeds).first()


def told(deed, engine, before, by, reason, **values) -> Switch:
    saved = before if before.pk else None
    return Switch.objects.create(
        deed=deed, engine=engine, name=engine.name, before=saved, by=by, reason=reason, **values
    )


def hold(evaluation: Evaluation) -> None:
    """Notes on the engine whether the gates let it be switched on."""
    failed = [gate["sentence"] for gate in evaluation.report["gates"] if not gate["holds"]]
    held = _("Not all gates hold. %(gates)s") % {"gates": " ".join(failed)} if failed else ""
    Engine.objects.filter(pk=evaluation.run.result.engine_id).update(held_back=held)
