"""Django configuration of the app `decisions`."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "primary_care.decisions"
    verbose_name = "Keputusan"

    def ready(self) -> None:
        from primary_care.decisions.content import doubt_about, vocabulary
        from primary_care.visits.vocabulary import use

        use(vocabulary, doubt_about)
