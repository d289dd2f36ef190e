"""The three-valued operations on columns say what the bedside says of each pair of truths."""

from itertools import product

import numpy as np

from care_engine.population import columns as c

TRUTHS = (True, False, None)
PAIRS = tuple(product(TRUTHS, TRUTHS))


def _column(truths):
    return np.array([-1 if one is None else int(one) for one in truths], dtype=np.int8)


def _and(left, right):
    return False if left is False or right is False else None if left is None or right is None else True


LEFT, RIGHT = (_column(side) for side in zip(*PAIRS, strict=True))


def test_both_is_no_where_one_is_no():
    assert c.both(LEFT, RIGHT).tolist() == _column(_and(*pair) for pair in PAIRS).tolist()


def test_either_is_yes_where_one_is_yes():
    def opposite(truth):
        return None if truth is None else not truth

    expected = _column(opposite(_and(opposite(left), opposite(right))) for left, right in PAIRS)
    assert c.either(LEFT, RIGHT).tolist() == expected.tolist()


def test_one_truth_for_all_rows_is_reckoned_with_as_any_other():
    for truth in TRUTHS:
        everywhere = c.truths(truth, len(TRUTHS))
        column = _column(TRUTHS)
        for operation in (c.both, c.either):
            expected = operation(everywhere.copy(), column).tolist()
            assert operation(everywhere, column).tolist() == operation(column, everywhere).tolist() == expected
        assert c.negate(everywhere).tolist() == c.negate(everywhere.copy()).tolist()
        assert c.known(everywhere).tolist() == [truth is not None] * len(TRUTHS)
        assert c.is_unknown(everywhere) == (truth is None) and not c.is_unknown(everywhere.copy())
    assert c.both(LEFT[:0], c.truths(True, 0)).tolist() == []


def test_negate_leaves_the_unknown():
    assert c.negate(_column(TRUTHS)).tolist() == _column((False, True, None)).tolist()


def test_choose_takes_each_truth_from_its_side():
    where = np.arange(len(PAIRS)) % 2 == 0
    expected = [left if first else right for (left, right), first in zip(PAIRS, where, strict=True)]
    assert c.choose(where, LEFT, RIGHT).tolist() == _column(expected).tolist()


def test_unknown_is_told_of_each_type():
    numbers, words = np.array([1.0, np.nan, 2.0]), np.array([4, 5, -1], dtype=np.int32)
    assert c.unknown(numbers, words).tolist() == [False, True, True]
    assert c.unknown(numbers[:1], words[:1], c.truths(True, 1)) is None
    assert c.unknown(numbers, c.numbers(np.nan, 3)).all()


def test_an_unknown_value_outweighs_the_comparison():
    yes, unknown = np.array([True, True, False]), np.array([False, True, True])
    assert c.truth_unless(unknown, yes).tolist() == [1, -1, -1]
    assert c.as_truth(yes, ~unknown).tolist() == [1, -1, -1]
    assert c.truth_unless(None, yes).tolist() == [1, 1, 0]


def test_one_value_for_all_rows_is_not_written_to():
    column = c.numbers(3.0, 4)
    assert column.tolist() == [3.0] * 4
    assert c.is_same(column)
    assert not column.flags.writeable
    assert not c.is_same(c.numbers(3.0, 0))
