from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "knowledge"

    def ready(self):
        from knowledge import removal  # noqa: F401 - its receiver removes files with their rows
