"""Runs whose folder is written already, so that no search is needed."""

import json

from tests.tuning.folders import conversation, make_folder
from tuning.models import Dataset, Example, Run


def make_dataset(by=None, groups=(), count=28):
    """A frozen dataset of conversations as `folders` makes them."""
    dataset = Dataset.objects.create(created_by=by, sha256="a" * 64)
    dataset.groups.set(groups)
    Example.objects.bulk_create(
        Example(
            dataset=dataset,
            question=f"What is there in {i}?",
            answer=conversation(i)[-1]["content"],
            split="train" if i < count - 4 else "validation",
        )
        for i in range(count)
    )
    return dataset


def make_run(model, by=None, groups=(), queued=True, **changes):
    """A run on such a dataset; `changes` are options."""
    dataset = make_dataset(by, groups)
    values = {"base_model": str(model), "context": "sentences", "preset": "quick"}
    run = Run.objects.create(dataset=dataset, started_by=by, **values)
    folder = make_folder(run.folder, model, **changes)
    options = json.loads((folder / "config.json").read_text())["options"]
    Run.objects.filter(pk=run.pk).update(options=options)
    validation = dataset.examples.filter(split="validation").values_list("pk", flat=True)
    (folder / "index.json").write_text(json.dumps({"validation": list(validation)}))
    run.refresh_from_db()
    if queued:
        run.enqueue()
    return run
