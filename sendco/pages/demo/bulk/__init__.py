"""The big demo federation, for measuring: hundreds of schools, written as rows and not through the actions of the screens.

It holds the names and proportions of the small one, the same sign-ins (one of each role in the first school, the federation
lead over all of them) and, for each pupil on the register, what the screens read: periods of support, needs, contacts,
strategies, a profile, notes, two plans with targets and their progress. For each school it holds groups of the last and the
present half term with their lines, sessions, entries and scores, and EHC plans with last year's review and the present one,
their people and statutory steps. What it leaves out of two years of history is written in
`docs/reference/performance.md`. The same seed and day give the same federation.
"""

from .build import build_in_bulk, half_terms

__all__ = ["build_in_bulk", "half_terms"]
