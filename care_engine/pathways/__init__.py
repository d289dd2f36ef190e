"""Care pathways drawn from the knowledge: for each stage of life what is offered where, what is found by which limits, and what follows.

    shown.py         which families of services a pathway shows, part by part
    reaching.py      which decision tables a service leads to
    homes.py         where each table is drawn: with one service, danger signs first
    naming.py, saying.py, phrases.py, timing.py   expressions, cells, schedules and conditions in words for people
    graph.py         nodes and edges of a chart, unit by unit
    consequences.py, screening.py, overview.py, way_through.py   the charts: what follows, one service or table, a stage, the whole way
    lettering.py, layout.py, svg.py   where everything stands on paper, and the drawing as text
    searching.py     which charts speak of a word
    faults.py        what is wrong with a pathway

Nothing here decides about people and nothing says anything that does not stand in the knowledge: change a limit there and it changes here.
"""
