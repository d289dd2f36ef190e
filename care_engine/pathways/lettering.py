"""How wide a text is, so that it can be broken into lines before it is drawn: the advance widths of the typeface of the pages.

Measured in thousandths of the size with `measureText` in Chromium from `primary_care/design/static/design/fonts` (Atkinson Hyperlegible
Next, 400 and 700); `tests/journeys/test_pathways.py` compares them with what a browser draws.
"""

from __future__ import annotations

from functools import lru_cache

_LETTERS = (
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
    "–—−≥≤→←↔×°µ²·…’“”•½±é"
)
_REGULAR = (
    280, 286, 301, 651, 592, 919, 731, 160, 299, 299, 485, 606, 210, 362, 210, 387, 648, 407, 548, 576, 614, 588,
    598, 510, 615, 595, 210, 210, 553, 628, 553, 480, 778, 626, 613, 645, 669, 569, 552, 694, 694, 392, 512, 631,
    541, 824, 693, 714, 592, 724, 614, 592, 558, 690, 593, 856, 623, 575, 607, 317, 387, 344, 552, 372, 243, 525,
    566, 485, 564, 538, 314, 558, 550, 252, 245, 492, 262, 845, 550, 548, 566, 574, 349, 471, 326, 540, 461, 684,
    481, 449, 460, 344, 237, 344, 555, 504, 824, 606, 549, 549, 1000, 1000, 1000, 532, 352, 576, 382, 240, 670,
    236, 399, 399, 438, 820, 579, 538,
)  # fmt: skip
_BOLD = (
    313, 303, 390, 765, 610, 969, 725, 210, 335, 335, 485, 595, 271, 373, 272, 440, 659, 440, 579, 600, 624, 608,
    626, 537, 624, 571, 272, 272, 569, 612, 569, 547, 781, 678, 643, 658, 689, 597, 566, 718, 701, 425, 561, 664,
    552, 858, 717, 747, 629, 757, 650, 610, 607, 686, 644, 886, 685, 650, 618, 340, 440, 344, 582, 400, 288, 552,
    596, 510, 596, 563, 365, 593, 571, 300, 259, 555, 318, 882, 571, 576, 596, 599, 376, 508, 376, 567, 530, 740,
    540, 521, 506, 381, 254, 381, 537, 501, 832, 595, 549, 549, 1000, 1000, 1000, 536, 394, 576, 402, 294, 781,
    269, 479, 479, 438, 853, 611, 563,
)  # fmt: skip
_WIDTHS = (dict(zip(_LETTERS, _REGULAR, strict=True)), dict(zip(_LETTERS, _BOLD, strict=True)))
#: Of a letter that was not measured: as wide as a wide one.
_OTHER = 850


@lru_cache(maxsize=65536)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line of text set in `size`, in the units of the size."""
    known = _WIDTHS[bold]
    return sum(known.get(one, _OTHER) for one in text) * size / 1000


def broken(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """A text in lines that are no wider than `room`; a word that is wider by itself is parted, with a hyphen."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        while width(word, size, bold=bold) > room and len(word) > 1:
            kept = next(
                n for n in range(len(word) - 1, 0, -1) if n == 1 or width(word[:n] + "-", size, bold=bold) <= room
            )
            lines.append(word[:kept] + "-")
            word = word[kept:]
        line = word
    return [*lines, line] if line else lines
