"""manage.py benchmark NAME: what the desk does in a second, and with how much memory."""

import importlib
import pkgutil
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from knowledge.errors import KnowledgeError


class Command(BaseCommand):
    help = "Measures speed and memory, and prints them as a table."

    def add_arguments(self, parser):
        names = parser.add_subparsers(dest="benchmark", metavar="NAME", required=True)
        self.benchmarks = benchmarks()
        for name, module in self.benchmarks.items():
            first = (module.__doc__ or "").strip().partition("\n")[0]
            module.add_arguments(names.add_parser(name, help=first, description=first))

    def handle(self, *args, **options):
        try:
            self.benchmarks[options["benchmark"]].run(options, self.stdout)
        except KnowledgeError as error:
            raise CommandError(str(error)) from None


def benchmarks() -> dict[str, ModuleType]:
    """The benchmarks of all installed apps by their names, sorted."""
    found = {}
    for config in apps.get_app_configs():
        package = f"{config.name}.benchmarks"
        spec = find_spec(package)
        for info in pkgutil.iter_modules(spec.submodule_search_locations if spec else []):
            module = importlib.import_module(f"{package}.{info.name}")
            if hasattr(module, "run") and hasattr(module, "add_arguments"):
                found[info.name] = module
    return dict(sorted(found.items()))
