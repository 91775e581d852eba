"""Write the golden XML of the corpus again: `python -m tests.documents.corpus`."""

from __future__ import annotations

from projections.documents.cii import cii_xml
from tests.documents.corpus.cases import CASES, paper
from tests.documents.corpus.golden import GOLDEN, golden


def main() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for left in GOLDEN.glob("*.xml"):
        if left.stem not in CASES:
            left.unlink()
    for name in CASES:
        golden(name).write_bytes(cii_xml(paper(name)))


if __name__ == "__main__":
    main()
