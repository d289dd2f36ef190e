"""Django configuration of the app `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "primary_care.accounts"
    verbose_name = "Akun dan penugasan"

    def ready(self) -> None:
        from primary_care.accounts import login_trail

        login_trail.connect()
