"""The account that signs what the operator of the node does from the command line, where no user is named."""

from primary_care.accounts.models import User

OPERATOR = "operator-node"


def operator_account(username: str = OPERATOR, full_name: str = "Operator node") -> User:
    """The account of that name, made when it is missing. Nobody can log in with it."""
    account = User.objects.filter(username=username).first()
    if account is None:
        account = User.objects.create_user(username, full_name=full_name)
        account.is_active = False
        account.save(update_fields=["is_active"])
    return account
