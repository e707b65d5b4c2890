from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "knowledge"

    def ready(self):
        # Their receivers and checks are known from here on.
        from knowledge import checks, removal  # noqa: F401
