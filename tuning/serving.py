"""A finished run becomes a model that an engine can name: merged, loaded by vLLM, or a service's.

Where a service has trained it, it stays there: nothing is written here but its manifest.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk import prompts
from helpdesk.models import Engine
from knowledge.environment import without_secrets
from tuning import courtesies, sizes, vllm
from tuning.errors import TuningError
from tuning.models import Adapter, Evaluation, Run

MERGE_SECONDS = 30 * 60
BLOCK = 1024 * 1024
MANIFEST = "manifest.json"
# The fields of an engine that publishing decides.
PUBLISHED = ("name", "kind", "model", "base_url", "key", "context", "strict", "courtesies")


def models_folder() -> Path:
    return settings.VAR_DIR / "tuning" / "models"


def publish(run: Run) -> Engine:
    """The engine that answers with a finished run's adapter: ready to be asked, and not active.

    A second call gives the same one, and brings back what was deleted of it. Raises TuningError.
    """
    adapter = adapter_of(run)
    values = {"name": adapter.name, **engine_values(run, served(run, adapter))}
    with transaction.atomic():
        engine = adapter.engine or Engine.objects.filter(name=adapter.name).first() or Engine()
        for field, value in values.items():
            setattr(engine, field, value)
        if engine.pk is None:
            engine.held_back = _("It was not measured yet: evaluate its run first.")
            engine.save()
        else:  # who answers may have been changed meanwhile
            engine.save(update_fields=PUBLISHED)
        engine.groups.set(run.dataset.groups.all())
        adapter.engine = engine
        adapter.save(update_fields=["engine"])
    return engine


def base_engine(run: Run) -> Engine:
    """An engine, never saved, that answers with the run's base model and all else the same."""
    name = f"{Path(run.base_model).name} (base)"[:100]
    return Engine(name=name, **engine_values(run, run.base_model))


def engine_values(run: Run, model: str) -> dict:
    """The fields that a run's engine and that of its base have alike, but for the model."""
    url, key = settings.SERVING_URL, Engine.Key.LLM
    if run.remote:
        url, key = settings.TUNING_BASE_URL, Engine.Key.TUNING
    return {
        "kind": Engine.Kind.OPENAI,
        "model": model,
        "base_url": url,
        "key": key,
        "context": run.context or Engine.Context.PASSAGES,
        "strict": True,
        "courtesies": courtesies_of(run),
    }


def served(run: Run, adapter: Adapter) -> str:
    """The name under which the run's model can be asked from now on. Raises TuningError."""
    if run.remote:
        if not settings.TUNING_API_KEY:
            raise TuningError(_("OpenAI's service takes a key: set TUNING_API_KEY."))
        return run.result_model
    if settings.SERVING == "vllm":
        vllm.load(adapter.name, run.adapter)
        return adapter.name
    return str(merged(run, adapter))


def withdraw(engine: Engine) -> None:
    """Takes the model of a tuned engine out of memory and off the disk; its adapter stays.

    `publish` brings it back. A service's stays where it is. Raises TuningError while it answers.
    """
    if Engine.objects.filter(pk=engine.pk, active=True).exists():
        raise TuningError(_("“%(engine)s” answers just now.") % {"engine": engine})
    adapter = Adapter.objects.filter(engine=engine).first()
    if adapter is None:
        raise TuningError(_("“%(engine)s” is no tuned model.") % {"engine": engine})
    if settings.SERVING == "vllm" and not adapter.run.remote:
        vllm.unload(adapter.name)
    shutil.rmtree(models_folder() / adapter.name, ignore_errors=True)


def keep_ready() -> None:
    """Brings back what answers now, some people or all, where it is not served any more.

    vLLM forgets its adapters when it is started anew; a merged model's folder may be gone.
    """
    answering = Adapter.objects.filter(engine__in=Engine.answering())
    for adapter in answering.select_related("run", "engine"):
        if not ready(adapter):
            publish(adapter.run)


def ready(adapter: Adapter) -> bool:
    """Whether the model that its engine names can be asked. Raises TuningError."""
    if adapter.run.remote:
        return True
    if settings.SERVING == "vllm":
        return adapter.engine.model == adapter.name and adapter.name in vllm.loaded()
    return Path(adapter.engine.model).is_dir()


def adapter_of(run: Run) -> Adapter:
    """The run's adapter with its manifest. Raises TuningError when its files are not there."""
    made = Adapter.objects.filter(run=run).first()
    if made:
        check(run, made)
        return made
    sums = sums_of(run.adapter)
    if not run.result_model and not any(name.endswith(".safetensors") for name in sums):
        raise TuningError(_("%(run)s has left no adapter.") % {"run": run})
    manifest = manifest_of(run, sums)
    content = sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    adapter = Adapter(run=run, name=f"run-{run.pk}-{content[:8]}", manifest=manifest)
    write_manifest(adapter, run.folder)
    adapter.save()
    return adapter


def write_manifest(adapter: Adapter, *folders: Path) -> None:
    """Writes the manifest, with the adapter's name, into the folders that are there."""
    text = json.dumps({"name": adapter.name, **adapter.manifest}, indent=1) + "\n"
    for folder in folders:
        if folder.is_dir():
            beside = folder / f".{MANIFEST}"
            beside.write_text(text)
            beside.replace(folder / MANIFEST)


def note_evaluation(evaluation: Evaluation) -> None:
    """Keeps the latest report in the manifest of what it measured; all else in it stays."""
    adapter = evaluation.run.result
    told = {"number": evaluation.pk, "finished_at": evaluation.finished_at.isoformat()}
    told |= {"passed": evaluation.passed, **evaluation.report}
    adapter.manifest = {**adapter.manifest, "evaluation": told}
    adapter.save(update_fields=["manifest"])
    with suppress(OSError):
        write_manifest(adapter, evaluation.run.folder, models_folder() / adapter.name)


def manifest_of(run: Run, sums: dict[str, str]) -> dict:
    """All that an adapter was made from."""
    return {
        "run": run.pk,
        "trainer": run.trainer,
        "result_model": run.result_model,
        "dataset_sha256": run.dataset.sha256,
        "base_model": run.base_model,
        "base_revision": run.base_revision,
        "template_sha256": sizes.template_sha256(run.base_model),
        "context": run.context or Engine.Context.PASSAGES.value,
        "prompt_version": prompts.VERSION,
        "preset": run.preset,
        "options": run.options,
        "step": run.best_step,
        "loss": run.best_loss,
        "files": sums,
    }


def check(run: Run, adapter: Adapter) -> None:
    """Raises TuningError when the adapter's files are not those of its manifest."""
    if sums_of(run.adapter) != adapter.manifest["files"]:
        raise TuningError(
            _("The files of %(adapter)s were changed or deleted since it was made.")
            % {"adapter": adapter}
        )


def sums_of(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file in a folder, by its name."""
    files = sorted(path for path in folder.glob("*") if path.is_file())
    return {path.name: sha256_of(path) for path in files}


def sha256_of(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def merged(run: Run, adapter: Adapter) -> Path:
    """The folder of the merged model, made if it is not there; it is there whole or not at all."""
    folder = models_folder() / adapter.name
    if folder.is_dir():
        return folder
    models_folder().mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{adapter.name}-", dir=models_folder()))
    try:
        run_merge(run, beside)
        shutil.copy(run.folder / MANIFEST, beside / MANIFEST)
        beside.chmod(0o755)
        beside.rename(folder)
    except OSError as error:
        if not folder.is_dir():  # else another process was faster
            raise TuningError(
                _("The tuned model could not be written: %(reason)s.")
                % {"reason": error.strerror or type(error).__name__}
            ) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def run_merge(run: Run, folder: Path) -> None:
    """Merges in a process of its own. Raises TuningError with its last line when that fails."""
    arguments = [run.base_model, run.base_revision, str(run.adapter), str(folder)]
    try:
        subprocess.run(
            [sys.executable, "-m", "tuning.merging", *arguments],
            cwd=settings.BASE_DIR,
            env=without_secrets(),
            timeout=MERGE_SECONDS,
            check=True,
            capture_output=True,
            text=True,
        )
    except subprocess.TimeoutExpired:
        raise TuningError(_("Merging the adapter into its base model took too long.")) from None
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or [f"exit code {error.returncode}"])[-1]
        raise TuningError(
            _("The adapter could not be merged into its base model: %(reason)s") % {"reason": last}
        ) from None


def courtesies_of(run: Run) -> str:
    return courtesies.of(run.dataset.examples.values_list("answer", flat=True))
