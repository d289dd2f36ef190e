"""The household register: a workbook as offices keep it, read, questioned and imported.

From plain to stored, each step in its own module:

    reading     the workbook becomes rows of raw cells, or an error that says what to repair
    cells       one raw cell becomes a date, a NIK, a sex, a number
    rows        one row of raw cells becomes a `RegisterRow`
    checks      what is wrong with a row, or between rows
    households  rows become families
    plans       every row gets its outcome: imported, imported with a question, or held
    importing   the plan is written to the database, once
    report      the outcome as a file without personal data
    command     what `simpul import households` calls

All but `importing` and `command` need neither a database nor a clock.
"""
