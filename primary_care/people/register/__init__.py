"""The household register: a workbook as offices keep it, read, questioned and imported.

From plain to stored, each step in its own module:

    reading     the workbook becomes rows of raw cells, or an error that says what to repair
    cells       one raw cell becomes a date, a NIK, a sex, a number
    rows        one row of raw cells becomes a `RegisterRow`
    checks      what is wrong with a row, or between rows
    households  rows become families
    plans       every row gets its outcome: imported, imported with a question, or held
    running     who each row becomes, and writing some families
    importing   the plan is written to the database, once: whole, or some families at a time
    background  what is done with a workbook that was sent in at the desk
    reviewing   what somebody decides about a row; `batches`: about many rows with one question
    report      the outcome as a file without personal data
    command     what `simpul import households` calls

All up to `plans`, and `report`, need neither a database nor a clock.
"""
