"""From arrival to leaving: one person's way through the Puskesmas on one day. FHIR: Encounter, with class and status history.

`transitions.py` is the state machine as a table, `routing.py` the seven rules of registration, `history.py` turns the steps of an
encounter into where it stands; all three are pure. `actions.py` appends steps, `queries.py` reads.
"""
