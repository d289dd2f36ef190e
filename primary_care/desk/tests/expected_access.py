"""What each role may see and open, written by hand and not taken from the permission matrix: a line a role, a line an address."""

from collections.abc import Callable

# Kinds of data by a letter: Identity, Status of services, what was measured at the Posyandu, result of a screening, medical record and
# diagnosis, Laboratory, HIV, syphilis (M), hepatitis (B), mental health (J), violence (T).
EVERYTHING = "ISPKRLHMBJT"
# Of each role: what it sees of somebody in its area; of one it has work with; of one whose data it has opened for a reason.
SEES = {
    "kader": ("ISPK", "ISPK", "ISPK"),
    "kader-pustu": ("ISPK", "ISPK", "ISPK"),
    "petugas-pustu": ("ISPKRL", EVERYTHING, EVERYTHING),
    "dokter": ("ISPKRL", EVERYTHING, EVERYTHING),
    "petugas-klaster-1": ("ISP", "ISP", "ISP"),
    "petugas-klaster-2": ("ISPKRL", EVERYTHING, EVERYTHING),
    "petugas-klaster-3": ("ISPKRL", EVERYTHING, EVERYTHING),
    "petugas-klaster-4": ("ISPKL", "ISPKLHM", EVERYTHING),
    "petugas-laboratorium": ("", "IKRLHMBJT", ""),
    "petugas-farmasi": ("", "IKRHMBJT", ""),
    "registrasi": ("I", "I", "I"),
    "kepala-puskesmas": ("ISP", "ISP", EVERYTHING),
    "fktp-lain": ("", "IKRLHMBJT", ""),
    "rumah-sakit": ("", "IKRLHMBJT", ""),
    "dinas-kabkota": ("", "", ""),
    "dinas-provinsi": ("", "", ""),
    "kementerian": ("", "", ""),
    "pemerintah-desa": ("", "", ""),
    "warga": ("", "", ""),
}
STATES = ("area", "own", "opened")
RECORDS_VISITS = {
    "kader", "kader-pustu", "petugas-pustu", "dokter", "petugas-klaster-2", "petugas-klaster-3", "petugas-klaster-4", "petugas-farmasi",
    "fktp-lain", "rumah-sakit",
}  # fmt: skip
RECORDS_BIRTHS = {  # registration may too, with a cadre
    "kader", "kader-pustu", "petugas-pustu", "dokter", "petugas-klaster-1", "petugas-klaster-2", "petugas-klaster-3",
    "kepala-puskesmas",
}  # fmt: skip
RECORDS_CONSENT = {
    "kader", "kader-pustu", "petugas-pustu", "dokter", "registrasi", "petugas-klaster-1", "petugas-klaster-2", "petugas-klaster-3",
    "petugas-klaster-4",
}  # fmt: skip
MENDS = {"petugas-pustu", "dokter", "petugas-klaster-2", "petugas-klaster-3"}  # what somebody else recorded
REGISTERS = {"kader", "kader-pustu", "petugas-pustu", "registrasi", "petugas-klaster-1"}
CHANGES = REGISTERS | {"petugas-klaster-2", "petugas-klaster-3"}
LINKS = {"petugas-pustu", "petugas-klaster-1"}  # merge and withdraw records
IMPORTS = {"petugas-pustu", "registrasi", "petugas-klaster-1"}
EXPORTS = {"petugas-klaster-1", "kepala-puskesmas"}
RECORDS_DEATHS = {
    "kader", "kader-pustu", "petugas-pustu", "registrasi", "dokter", "petugas-klaster-1", "petugas-klaster-2", "petugas-klaster-3",
    "kepala-puskesmas",
}  # fmt: skip
READS_TRAIL = {"petugas-klaster-1", "kepala-puskesmas", "dinas-kabkota"}
READS_STAFF = {
    "petugas-pustu",
    "petugas-klaster-1",
    "kepala-puskesmas",
    "dinas-kabkota",
    "dinas-provinsi",
    "kementerian",
    "pemerintah-desa",
}  # a Pustu and a village read about kader, a province and the ministry about whom they appoint
APPOINTS = {"petugas-klaster-1", "dinas-kabkota", "dinas-provinsi", "kementerian"}
READS_NETWORK = READS_STAFF - {"pemerintah-desa"}
KEEPS = {"petugas-klaster-1", "dinas-kabkota"}  # areas and units
TRIES = {"dinas-kabkota", "dinas-provinsi", "kementerian"}  # knowledge that is not released, on made-up people
SEES_MEMBER = {"petugas-klaster-1", "kepala-puskesmas", "dinas-kabkota"}  # the midwife of klaster 2 of the small world
FOLLOWS = {"petugas-pustu", "dokter", "petugas-klaster-2", "petugas-klaster-3"}
OPENS = {"petugas-pustu", "dokter", "petugas-klaster-2", "petugas-klaster-3", "petugas-klaster-4", "kepala-puskesmas"}
CLINICAL = {"dokter", "petugas-klaster-2", "petugas-klaster-3"}
REGISTERS_ARRIVALS = CLINICAL | {"registrasi"}
SEES_ALL_QUEUES = REGISTERS_ARRIVALS | {"petugas-klaster-1", "kepala-puskesmas"}
SEES_QUEUES = SEES_ALL_QUEUES | {"petugas-klaster-4", "petugas-laboratorium", "petugas-farmasi"}
SCHEDULES = CLINICAL | {"petugas-pustu"}
READS_SCHEDULE = SCHEDULES | {
    "kader",
    "kader-pustu",
    "registrasi",
    "petugas-klaster-1",
    "petugas-klaster-4",
    "kepala-puskesmas",
}
BY_OWN_WORK = {"petugas-laboratorium", "petugas-farmasi", "fktp-lain", "rumah-sakit"}
CADRES = {
    "kader": "kader",
    "kader-pustu": "kader-terlatih",
    "petugas-pustu": "bidan",
    "dokter": "dokter",
    "petugas-farmasi": "apoteker",
}

Expected = Callable[[str, str], int]


def _if(roles: set[str]) -> Expected:
    return lambda role, seen: 404 if "I" not in seen else 200 if role in roles else 403


def _only(roles: set[str], status: int = 200) -> Expected:
    """A page that is not there for others."""
    return lambda role, seen: status if role in roles else 404


def _member(roles: set[str]) -> Expected:
    """A page about the midwife of the small world: not there for who does not see her, closed for who may only see her."""
    return lambda role, seen: 404 if role not in SEES_MEMBER else 200 if role in roles else 403


def _network(roles: set[str]) -> Expected:
    """A page about the Puskesmas or the desa of the small world: not there for who looks at none, closed for who only looks."""
    return lambda role, seen: 404 if role not in READS_NETWORK else 200 if role in roles else 403


def _family(roles: set[str]) -> Expected:
    return lambda role, seen: 404 if "I" not in seen or role in BY_OWN_WORK else 200 if role in roles else 403


def _always(status: int) -> Expected:
    return lambda role, seen: status


# Every address: whose it is (a person, a household, or nobody's) and what a GET answers to a role that sees these kinds of the person.
PAGES: dict[str, tuple[str, Expected]] = {
    "alive": ("", _always(200)),
    "health": ("", _always(200)),
    "health-json": ("", _always(200)),
    "home": ("", _always(200)),
    "login": ("", _always(200)),
    "logout": ("", _always(405)),
    "place": ("", _always(200)),
    "search": ("", _always(200)),
    "pathways": ("", _always(200)),  # the care pathways say what good care is, of nobody in particular
    "pathway": ("stage", _always(200)),
    "pathway-service": ("stage-service", _always(200)),
    "pathway-table": ("stage-table", _always(200)),
    "person-pathway": ("person", lambda role, seen: 200 if "S" in seen else 404),
    "person-pathway-service": ("person-service", lambda role, seen: 200 if "S" in seen else 404),
    # The table of a diagnosis, which is medical record (the mother's severe pre-eclampsia).
    "person-pathway-table": ("person-table", lambda role, seen: 200 if {"S", "R"} <= set(seen) else 404),
    "gallery": ("", _always(200)),
    "second-factor": ("", _always(302)),  # nobody here has one: to its setting up
    "second-factor-setup": ("", _always(200)),
    "audit": ("", lambda role, seen: 200 if role in READS_TRAIL else 404),
    "manage": ("", _only(READS_STAFF)),
    "me": ("", _always(200)),
    "own-password": ("", _always(200)),
    "staff": ("", _only(READS_STAFF)),
    "new-staff": ("", _only(APPOINTS)),
    "staff-member": ("member", _member(SEES_MEMBER)),
    "account": ("member", _member({"petugas-klaster-1", "kepala-puskesmas"})),
    "add-duty": ("member", _member({"petugas-klaster-1", "dinas-kabkota"})),  # a dinas may make her klaster 1
    "end-duty": ("duty", _member({"petugas-klaster-1"})),
    "post-to-klaster": ("member", _member({"petugas-klaster-1", "kepala-puskesmas"})),
    "end-klaster": ("klaster-post", _member({"petugas-klaster-1", "kepala-puskesmas"})),
    "add-competence": ("member", _member({"petugas-klaster-1", "kepala-puskesmas"})),
    "end-competence": ("competence", _member({"petugas-klaster-1", "kepala-puskesmas"})),
    "units": ("", _only(READS_NETWORK)),
    "new-unit": ("", _only(KEEPS)),
    "unit": ("unit", _network(READS_NETWORK)),
    "change-unit": ("unit", _network(KEEPS)),
    "unit-trait": ("trait", _network(KEEPS)),
    "close-unit": (
        "unit",
        _network({"dinas-kabkota"}),
    ),  # a Puskesmas is founded, closed and given its catchment by the dinas
    "add-catchment": ("unit", _network({"dinas-kabkota"})),
    "end-catchment": ("catchment", _network({"dinas-kabkota"})),
    "add-partner": ("unit", _network(KEEPS)),
    "end-partner": ("partner", _network(KEEPS)),
    "areas": ("", _only(READS_NETWORK)),
    "without-facility": ("", _only(READS_NETWORK)),
    "area": ("area", _network(READS_NETWORK)),
    "add-area": ("area", _network(KEEPS)),
    "rename-area": ("area", _network(KEEPS)),
    "move-area": (
        "area",
        _network({"dinas-kabkota"}),
    ),  # a desa moves between kecamatan, which klaster 1 does not change
    "split-area": ("area", _network(KEEPS)),
    "merge-area": ("area", _network(KEEPS)),
    # What the decree leaves open is set by the dinas; who looks at areas looks at it. A proposal for a desa that is not in sight is not there.
    "settings": ("", _only(READS_NETWORK, 302)),
    "area-settings": ("area", _network(READS_NETWORK)),
    "area-setting": ("setting", _network(READS_NETWORK)),
    "setting-proposal": ("proposal", _network(READS_NETWORK)),
    "setting-proposal-progress": ("proposal", lambda role, seen: 302 if role in READS_NETWORK else 404),
    # Content, nobody's data: open to all who work here. An unknown version is not there.
    "releases": ("", _always(200)),
    "release": ("version", _always(404)),
    "release-rule": ("rule", _always(404)),
    "release-file": ("rule-file", _always(404)),
    "trials": ("", _only(TRIES)),
    "trial": ("trial", _only(TRIES)),
    "trial-progress": ("trial", _only(TRIES, 302)),
    "favicon": ("", _always(302)),
    "tasks": ("", _always(200)),
    # The task of the mother whose finding is medical record; a kader sees tasks that were given to him, here by `prepare`.
    "task": ("task", lambda role, seen: 200 if role in FOLLOWS and "R" in seen else 404),
    "household": ("household", lambda role, seen: 200 if "I" in seen and role not in BY_OWN_WORK else 404),
    "person": ("person", lambda role, seen: 200 if "I" in seen else 404),
    "growth": ("child", lambda role, seen: 200 if set("PK") & set(seen) and role != "petugas-farmasi" else 404),
    "summary": ("person", lambda role, seen: 200 if {"S", "R"} & set(seen) else 404),
    "pregnancy-card": ("person", lambda role, seen: 200 if "S" in seen else 404),
    "register-pregnancy": ("person", _if(RECORDS_VISITS)),
    "end-pregnancy": ("person", _if(RECORDS_BIRTHS)),
    "open-record": ("person", _if(OPENS)),
    "consent": ("person", _if(RECORDS_CONSENT)),
    "register": ("", _only(CHANGES | EXPORTS)),
    "register-household": ("", _only(REGISTERS)),
    "similar": ("", _always(405)),  # takes a POST alone
    "duplicates": ("", _only(LINKS)),
    "compare": ("pair", _only(LINKS)),
    "links": ("", _only(LINKS)),
    "moved-out": ("", _only(CHANGES)),
    "imports": ("", _only(IMPORTS)),
    "import": ("file", _only(IMPORTS, 302)),  # imported already: on to its questions
    "import-progress": ("file", _only(IMPORTS, 302)),  # a part of that page, asked for by it alone
    "review": ("file", _only(IMPORTS)),
    "review-together": ("file", _only(IMPORTS, 302)),  # without a kind of question: back to the list
    "review-batch": ("batch", _only(IMPORTS)),
    "review-row": ("row", _only(IMPORTS)),
    "export": ("", _only(EXPORTS)),
    "add-member": ("household", _family(REGISTERS)),
    "arrival": ("household", _family(REGISTERS)),
    "household-data": ("household", _family(CHANGES)),
    "move-household": ("household", _family(CHANGES)),
    "identity": ("person", _if(CHANGES)),
    "move-person": ("person", _if(CHANGES)),
    "death": ("child", _if(RECORDS_DEATHS)),  # the mother's goes by the page of her pregnancy
    "visit": ("person", _if(RECORDS_VISITS)),
    "visit-look": (
        "person",
        lambda role, seen: 404 if "I" not in seen or role in RECORDS_VISITS else 403,
    ),  # answers to a POST only
    "reception": ("", _only(REGISTERS_ARRIVALS)),
    "arrive": (
        "person",  # she is under way already: on to her encounter
        lambda role, seen: 404 if "I" not in seen else 302 if role in REGISTERS_ARRIVALS else 403,
    ),
    "queues": ("", _only(SEES_QUEUES)),
    "queue": ("queue", _only(SEES_ALL_QUEUES)),
    "encounter": ("encounter", _only(SEES_ALL_QUEUES)),
    "queue-screen": ("screen", _always(200)),  # for everybody: numbers, never a name
    "scheduled": ("", _only(READS_SCHEDULE)),
    "schedule": ("person", _if(SCHEDULES)),
    "case-notices": ("", _only({"petugas-klaster-4"})),
    "correct-visit": (
        "contact",
        lambda role, seen: 404 if not set("KR") & set(seen) else 200 if role in MENDS else 403,
    ),
    "correct-pregnancy": (
        "episode",
        lambda role, seen: 404 if not set("KR") & set(seen) else 200 if role in MENDS else 403,
    ),
    "correct-birth": (
        "child",
        lambda role, seen: 404 if not set("KR") & set(seen) else 200 if role in MENDS else 403,
    ),
    "visit-result": ("contact", lambda role, seen: 200 if set("KR") & set(seen) else 404),
}
