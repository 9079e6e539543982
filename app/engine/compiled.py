"""The rules of a book compiled, and tried on their examples, once for all who use equal ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

from app.engine.model import Fact, FileFinding, Phrasebook, Policy, Rewrite
from app.engine.policy import PolicyChecker
from app.engine.policy_problems import spec_problems as policy_problems
from app.engine.rewrite import Rewriter
from app.engine.rewrite import spec_problems as rewrite_problems
from app.engine.shared import Shared

Findings = Sequence[FileFinding]

_checkers: Shared[tuple[Mapping[str, Fact], tuple[Policy, ...]], PolicyChecker] = Shared(
    lambda parts: PolicyChecker(parts[1], parts[0])
)
_rewriters: Shared[tuple[Rewrite, ...], Rewriter] = Shared(Rewriter)
_of_policies: WeakKeyDictionary[PolicyChecker, Findings] = WeakKeyDictionary()
_of_rewrites: WeakKeyDictionary[Rewriter, Findings] = WeakKeyDictionary()


def checker_of(book: Phrasebook) -> PolicyChecker:
    """The policies of a book with its facts."""
    return _checkers.get((book.facts, book.policies))


def rewriter_of(book: Phrasebook) -> Rewriter:
    """The rewrites of a book."""
    return _rewriters.get(book.rewrites)


def policy_problems_of(book: Phrasebook) -> Findings:
    """As `policy_problems.spec_problems`."""
    checker = checker_of(book)
    found = _of_policies.get(checker)
    if found is None:
        found = _of_policies[checker] = policy_problems(book.policies)
    return found


def rewrite_problems_of(book: Phrasebook) -> Findings:
    """As `rewrite.spec_problems`."""
    rewriter = rewriter_of(book)
    found = _of_rewrites.get(rewriter)
    if found is None:
        found = _of_rewrites[rewriter] = rewrite_problems(book.rewrites, rewriter)
    return found
