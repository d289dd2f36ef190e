"""The pregnancies of an imported household register become episodes. `people` reads the register and does not know visits."""

from datetime import date

from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment, User
from primary_care.people.models import Person
from primary_care.people.register.running import OnPregnancy, PregnancyAnswer
from primary_care.visits import queries
from primary_care.visits.actions import VisitRefused
from primary_care.visits.episodes import PREGNANCY, open_episode


def opener(user: User, assignment: Assignment | None, on: date) -> OnPregnancy:
    """A function that opens a pregnancy registered on `on`, and says what became of it.

    A pregnancy that is already open with the same HPHT is left as it is.
    """

    def open_pregnancy(person: Person, hpht: date | None) -> PregnancyAnswer:
        standing = queries.standing_episode(person, PREGNANCY)
        if standing and queries.episode_values(standing).get("hpht") == hpht:
            return PregnancyAnswer()
        try:
            open_episode(
                person,
                kind=PREGNANCY,
                facts={"hpht": hpht} if hpht else {},
                registered_on=on,
                today=on,
                by=user,
                assignment=assignment,
            )
        except VisitRefused as refused:
            said = [fault.message for fault in refused.faults] or [question.text for question in refused.questions]
            # The import report is read outside Simpul: it must not carry a name.
            return PregnancyAnswer(refused=" ".join(said).replace(person.full_name, _("Orang ini")))
        return PregnancyAnswer(opened=True)

    return open_pregnancy
