"""Settings of areas are changed here: proposed, looked at with what they would do, then saved or dropped."""

import math
import uuid
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from care_engine.reading_values import FactsError, read_area_value
from primary_care.accounts.models import Assignment
from primary_care.areas.actions import set_setting
from primary_care.areas.models import Area, AreaSetting
from primary_care.areas.permissions import check_can_set
from primary_care.areas.queries import rows_in_force, rows_of_setting
from primary_care.audit.actions import record_write
from primary_care.decisions.content import knowledge
from primary_care.decisions.setting_models import ProposalState, SettingProposal
from primary_care.design.formats import long_date, number

AHEAD = timedelta(days=366)
UNDECIDED = (ProposalState.COUNTING, ProposalState.READY, ProposalState.FAILED)


class SettingRefused(ValueError):
    """The setting cannot be changed like this; the text says why, `code` what it is about: value, from, reason, state."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@transaction.atomic
def propose(
    area: Area, key: str, value: Any, *, inherits: bool = False, on: date, reason: str, by: Assignment, today: date
) -> SettingProposal:
    """Prepare a change: what it would do is worked out in the background (`tasks.ask_for_previews`). Raises `NotAllowed` and
    `SettingRefused`.
    """
    check_can_set(by, area, today)
    reason = " ".join(reason.split())
    if not reason:
        raise SettingRefused(_("Tulis alasannya, misalnya nomor SK atau surat edaran."), "reason")
    if not today <= on <= today + AHEAD:
        raise SettingRefused(
            _("Tanggal mulai paling awal hari ini dan paling lambat %(day)s: yang sudah diputuskan tidak diubah.")
            % {"day": long_date(today + AHEAD)},
            "from",
        )
    if inherits:
        value = ""
        if not any(row.area_id == area.pk for row in rows_of_setting(area, key)):
            raise SettingRefused(_("Wilayah ini sudah mengikuti wilayah di atasnya."), "value")
    else:
        value = checked_value(key, value)
        rows = rows_in_force(area, on)
        if key in rows and rows[key].area_id == area.pk and rows[key].value == value and on == today:
            raise SettingRefused(_("Nilai ini sudah berlaku di sini."), "value")
    for earlier in SettingProposal.objects.filter(area=area, key=key, asked_by=by.user, state__in=UNDECIDED):
        _close(earlier, ProposalState.DROPPED)
    proposal = SettingProposal.objects.create(
        area=area, key=key, value=value, inherits=inherits, valid_from=on, reason=reason[:300], asked_by=by.user, asked_as=by,
        version=knowledge().version,
    )  # fmt: skip
    record_write("decisions.settingproposal", proposal.pk, by, f"{key} di {area.code}: diusulkan")
    return proposal


@transaction.atomic
def save_proposal(key: uuid.UUID, *, by: Assignment, today: date) -> AreaSetting:
    """The proposed setting holds from its day on. Raises `NotAllowed` and `SettingRefused`."""
    proposal = _undecided(key)
    check_can_set(by, proposal.area, today)
    if proposal.valid_from < today:
        raise SettingRefused(
            _("Tanggal mulainya (%(day)s) sudah lewat. Kembali mengubah, lalu pilih tanggal baru.")
            % {"day": long_date(proposal.valid_from)},
            "from",
        )
    proposal.setting = set_setting(
        proposal.area, proposal.key, proposal.value, on=proposal.valid_from, by=by, inherits=proposal.inherits,
        reason=proposal.reason,
    )  # fmt: skip
    _close(proposal, ProposalState.SAVED)
    return proposal.setting


@transaction.atomic
def drop_proposal(key: uuid.UUID, *, by: Assignment, today: date) -> None:
    """The setting stays as it is. Raises `NotAllowed` and `SettingRefused`."""
    proposal = _undecided(key)
    check_can_set(by, proposal.area, today)
    _close(proposal, ProposalState.DROPPED)
    record_write("decisions.settingproposal", proposal.pk, by, f"{proposal.key} di {proposal.area.code}: tidak jadi")


def checked_value(key: str, value: Any) -> Any:
    """A value in the type and the range of its setting. Raises `SettingRefused`."""
    setting = knowledge().settings.get(key)
    if setting is None or value is None:
        raise SettingRefused(_("Isi nilainya."), "value")
    try:
        read = read_area_value(setting, value, key)
    except FactsError:
        raise SettingRefused(_("Nilai ini tidak sesuai dengan pengaturannya."), "value") from None
    if isinstance(read, int | float) and not isinstance(read, bool) and setting.range is not None:
        low, high = setting.range
        if not low <= read <= high or not math.isfinite(read):
            raise SettingRefused(
                _("Isi antara %(low)s dan %(high)s.") % {"low": number(low), "high": number(high)}, "value"
            )
    return read.isoformat() if isinstance(read, date) else read


def _undecided(key: uuid.UUID) -> SettingProposal:
    proposal = SettingProposal.objects.select_for_update(of=("self",)).select_related("area").get(pk=key)
    if proposal.state not in UNDECIDED:
        raise SettingRefused(_("Usulan ini sudah diputuskan. Muat ulang halamannya."), "state")
    return proposal


def _close(proposal: SettingProposal, state: ProposalState) -> None:
    proposal.state = state
    proposal.save(update_fields=["state", "setting"])
    proposal.examples.all().delete()
