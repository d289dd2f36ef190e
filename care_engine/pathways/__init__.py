"""Care pathways drawn from the knowledge: for each stage of life what is offered where, what is found by which limits, and what follows.

    shown.py      which families of services a pathway shows, part by part
    reaching.py   which decision tables a service leads to
    saying.py     expressions, cells, schedules and conditions in words for people
    steps.py      the graph: services, conditions, findings and what follows, unit by unit
    layout.py     where everything stands on paper
    svg.py        the drawing as text
    searching.py  which charts speak of a word

Nothing here decides about people and nothing says anything that does not stand in the knowledge: change a limit there and it changes here.
"""
