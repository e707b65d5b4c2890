"""The form that a run is started with."""

from django import forms
from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Engine
from tuning import presets, remote
from tuning.models import Dataset, Run
from tuning.planning import Plan

PRESETS = [
    ("quick", _("Quick: to see whether it works")),
    ("standard", _("Standard")),
    ("thorough", _("Thorough: many pairs, a large model")),
]
SWITCHES = {
    "dora": _("DoRA: learns direction and size apart (slower, at low ranks better)"),
    "rslora": _("rsLoRA: steadier at high ranks"),
    "four_bit": _("QLoRA: the base model in 4 bits (NVIDIA GPU only)"),
}
SPARED = [
    ("", _("what suits its size")),
    ("yes", _("yes, a third slower")),
    ("no", _("no")),
]


def number(label, text, low, high, whole=True, **options):
    kind = forms.IntegerField if whole else forms.FloatField
    return kind(
        label=label, help_text=text, min_value=low, max_value=high, required=False, **options
    )


class StartForm(forms.Form):
    """Preset, readers, data; and under it all that a preset decides, to be decided otherwise."""

    preset = forms.ChoiceField(label=_("Preset"), choices=PRESETS, initial=presets.DEFAULT)
    trainer = forms.ChoiceField(label=_("Trained by"), choices=Run.Trainer)
    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=_("Only for the groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: for everyone. Pairs from restricted documents need a restricted run."),
    )
    dataset = forms.ModelChoiceField(
        Dataset.objects.none(),
        label=_("Pairs"),
        required=False,
        empty_label=_("All pairs approved now"),
        help_text=_("An earlier snapshot, to compare settings on the very same pairs."),
    )
    base_model = forms.CharField(
        label=_("Base model"), max_length=255, help_text=_("A folder, or a name of the hub.")
    )
    context = forms.ChoiceField(
        label=_("The model is shown"),
        choices=[("", _("what suits its size")), *Engine.Context.choices],
        required=False,
    )
    epochs = number(_("Epochs"), _("How often each pair is seen."), 1, 100)
    rank = number(_("Rank"), _("The width of the adapter: how much it can learn."), 1, 512)
    alpha = number(_("Alpha"), _("How strongly it acts; twice the rank as a rule."), 1, 2048)
    learning_rate = number(_("Learning rate"), "", 1e-7, 1, whole=False)
    batch_tokens = number(_("Tokens of a batch"), _("Fewer take less memory."), 64, 1_000_000)
    longest = number(_("Longest sequence"), _("Longer pairs are left out."), 64, 131_072)
    warmup = number(_("Warm-up"), _("Share of the steps."), 0, 0.9, whole=False)
    weight_decay = number(_("Weight decay"), "", 0, 1, whole=False)
    patience = number(_("Patience"), _("Ends after so many evaluations without a gain."), 1, 100)
    gradient_checkpointing = forms.TypedChoiceField(
        label=_("Spare memory"),
        choices=SPARED,
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
    )
    dora = forms.BooleanField(required=False)
    rslora = forms.BooleanField(required=False)
    four_bit = forms.BooleanField(required=False)

    OPTIONS = (
        *("epochs", "rank", "alpha", "learning_rate", "batch_tokens", "longest", "warmup"),
        *("weight_decay", "patience", "gradient_checkpointing", *SWITCHES),
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["dataset"].queryset = Dataset.objects.visible_to(by)
        self.fields["base_model"].initial = settings.BASE_MODEL
        for name, label in SWITCHES.items():
            self.fields[name].label = label
        if not remote.available():
            self.fields["trainer"].choices = [
                each for each in Run.Trainer.choices if each[0] != Run.Trainer.OPENAI
            ]

    @property
    def main(self):
        return [self[name] for name in ("preset", "groups", "dataset", "trainer")]

    @property
    def further(self):
        names = ["base_model", "context", *(n for n in self.OPTIONS if n not in SWITCHES)]
        return [self[name] for name in names]

    @property
    def switches(self):
        return [self[name] for name in SWITCHES]

    @property
    def opened(self):
        """Whether something in the further settings was set or is wrong."""
        names = ["context", *self.OPTIONS]
        return self.is_bound and any(self.data.get(name) or name in self.errors for name in names)

    def clean(self):
        found = super().clean()
        dataset = found.get("dataset")
        if dataset and set(dataset.groups.all()) != set(found.get("groups", ())):
            self.add_error("groups", _("The snapshot was taken for other groups: choose the same."))
        return found

    def plan(self) -> Plan:
        found = self.cleaned_data
        chosen = (name for name in self.OPTIONS if found[name] or name not in SWITCHES)
        changes = {name: found[name] for name in chosen if found[name] is not None}
        if "rank" in changes and "alpha" not in changes:
            changes["alpha"] = 2 * changes["rank"]
        return Plan(
            by=self.by,
            base_model=found["base_model"],
            preset=found["preset"],
            trainer=found["trainer"],
            groups=list(found["groups"]),
            dataset=found["dataset"],
            context=found["context"],
            changes=changes,
        )
