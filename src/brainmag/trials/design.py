"""A trial's design: the study it does, and how people are let in, measured, lost and compared."""

from __future__ import annotations

from dataclasses import dataclass

from brainmag.record.study import Arm, Endpoint, Study

# What people can be let in by: who they are, or what is measured in them first.
ATTRIBUTES = ("age", "weight", "egfr", "diet", "sex")
STRATA = ("age", "sex")
MULTIPLICITIES = ("none", "bonferroni", "holm", "hochberg", "fixed-sequence")
BOUNDARIES = ("obrien-fleming", "pocock")
ESTIMANDS = ("treatment-policy", "hypothetical")
ANALYSES = ("means", "ancova", "mmrm", "responder", "crossover", "change")
KINDS = ("score", "report", "assay")


@dataclass(frozen=True)
class Assessment:
    """How an endpoint is measured and compared.

    Attributes
    ----------
    endpoint : Endpoint
    spread : float
        Standard deviation between people at one visit, in the unit of the endpoint.
    reliability : float
        Correlation of two visits without treatment.
    kind : str
        One of `KINDS`: whether practice and expectation add to it.
    expectation, expectation_spread : float
        What a placebo adds in the end, in standard deviations, where kind is ``report``.
    analyses : tuple of str
        Of `ANALYSES`.
    response : float or None
        The change for the better, in the unit of the endpoint, that makes a responder.
    primary : bool
    basis : str
        Where spread and reliability come from.
    """

    endpoint: Endpoint
    spread: float
    reliability: float
    kind: str
    expectation: float
    expectation_spread: float
    analyses: tuple[str, ...]
    response: float | None
    primary: bool
    basis: str


@dataclass(frozen=True)
class Criterion:
    """Who is let in: between two limits, ends included, or of one sex.

    Attributes
    ----------
    what : str
        One of `ATTRIBUTES`, or an observable that is assessed at the first visit.
    lowest, highest : float
    only : str or None
        ``f`` or ``m``.
    """

    what: str
    lowest: float
    highest: float
    only: str | None


@dataclass(frozen=True)
class Ingredient:
    """What else an arm takes.

    Attributes
    ----------
    arm : str
    id : str
        Of ``ingredients.tsv``.
    """

    arm: str
    id: str


@dataclass(frozen=True)
class Contrast:
    """Arms that are pooled and compared.

    Attributes
    ----------
    id : str
    plus, minus : tuple of str
        Names of arms.
    """

    id: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """How a trial is run.

    Attributes
    ----------
    visits : tuple of float
        Hours from the start (of a period, in a crossover), after the first visit at 0.
    washout : float
        Hours between two periods.
    stratify : tuple of str
        Of `STRATA`.
    adherence, adherence_spread : float
        Share of the doses taken: mean and standard deviation between people.
    dropout : float
        Share who have left by the last visit.
    dropout_seen, dropout_unseen : float
        By how much, in log-odds per standard deviation, leaving is likelier for those who were
        worse at the visit before, and who would be worse at this one: not at random.
    rescue, rescue_gain : float or None
        The change for the worse, in standard deviations, at which people take something else, and
        what that gives them from then on.
    estimand : str
        One of `ESTIMANDS`: what counts after rescue.
    alpha : float
    multiplicity : str
        One of `MULTIPLICITIES`, over the primary endpoints and contrasts.
    looks : tuple of float
        Shares of the people after which the trial may stop; (1,) for none before the end.
    boundary : str
        One of `BOUNDARIES`.
    reestimate_at : float or None
        Share of the people after which the size is set anew from the pooled spread.
    reestimate_for : float or None
        The effect that is then to be found, in the unit of the first primary endpoint.
    reestimate_power : float
    largest_n : int or None
        What that size may not pass.
    recruits_per_month : float
    """

    visits: tuple[float, ...]
    washout: float
    stratify: tuple[str, ...]
    adherence: float
    adherence_spread: float
    dropout: float
    dropout_seen: float
    dropout_unseen: float
    rescue: float | None
    rescue_gain: float
    estimand: str
    alpha: float
    multiplicity: str
    looks: tuple[float, ...]
    boundary: str
    reestimate_at: float | None
    reestimate_for: float | None
    reestimate_power: float
    largest_n: int | None
    recruits_per_month: float


@dataclass(frozen=True)
class Trial:
    """A trial that can be run.

    Attributes
    ----------
    name : str
    study : Study
        Arms, the first of which is the control, and endpoints.
    published : str or None
        The study of the record that this is, if it was done.
    fixed : tuple of str
        What of the typical member everybody shares, of ``age``, ``sex``, ``weight``, ``diet``.
    plan : Plan
    assessments : tuple of Assessment
    criteria : tuple of Criterion
    ingredients : tuple of Ingredient
    contrasts : tuple of Contrast
    """

    name: str
    study: Study
    published: str | None
    fixed: tuple[str, ...]
    plan: Plan
    assessments: tuple[Assessment, ...]
    criteria: tuple[Criterion, ...]
    ingredients: tuple[Ingredient, ...]
    contrasts: tuple[Contrast, ...]

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arms, control first."""
        return self.study.arms

    @property
    def first(self) -> int:
        """The first primary endpoint, by its number among the assessments."""
        return next(number for number, one in enumerate(self.assessments) if one.primary)

    @property
    def is_crossover(self) -> bool:
        """Whether everybody takes every arm in turn."""
        return self.study.design == "crossover"

    @property
    def size(self) -> int:
        """How many people are randomised as designed."""
        if self.is_crossover:
            return max(arm.n for arm in self.arms)
        return sum(arm.n for arm in self.arms)

    @property
    def sequences(self) -> tuple[tuple[int, ...], ...]:
        """Which arm, by number, comes in which period: one row for each group of people.

        In a crossover they are a Williams design: each arm follows each other one equally often.
        """
        count = len(self.arms)
        if not self.is_crossover:
            return tuple((number,) for number in range(count))
        return list_williams(count)

    @property
    def first_rows(self) -> tuple[int, ...]:
        """For each arm, the first of the sequences that begin with it."""
        begins = [row[0] for row in self.sequences]
        return tuple(begins.index(number) for number in range(len(self.arms)))

    @property
    def counts(self) -> tuple[int, ...]:
        """How many people go to each sequence, up to a common factor."""
        if self.is_crossover:
            return (1,) * len(self.sequences)
        return tuple(arm.n for arm in self.arms)

    @property
    def shares(self) -> tuple[float, ...]:
        """Of the people who go to each sequence."""
        return tuple(one / sum(self.counts) for one in self.counts)

    @property
    def takes_all(self) -> bool:
        """Whether everybody takes all doses."""
        return self.plan.adherence == 1.0

    @property
    def can_lose(self) -> bool:
        """Whether those who follow the protocol can be fewer than all."""
        plan = self.plan
        return not self.takes_all or plan.dropout > 0.0 or plan.rescue is not None

    @property
    def period(self) -> float:
        """Hours from the start of a period to its last visit."""
        return self.plan.visits[-1]

    @property
    def starts(self) -> tuple[float, ...]:
        """When each period starts, h."""
        return tuple(k * (self.period + self.plan.washout) for k in range(len(self.sequences[0])))

    @property
    def length(self) -> float:
        """Hours from one person's first visit to the last."""
        return self.starts[-1] + self.period


def list_williams(arms: int) -> tuple[tuple[int, ...], ...]:
    """Return the sequences of a Williams design: as many as arms, or twice as many if odd.

    References
    ----------
    E. J. Williams, Experimental designs balanced for the estimation of residual effects of
    treatments, Australian Journal of Scientific Research A 2 (1949) 149-168,
    doi:10.1071/CH9490149.

    Examples
    --------
    >>> list_williams(2)
    ((0, 1), (1, 0))
    >>> list_williams(3)
    ((0, 1, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0), (0, 2, 1), (1, 0, 2))
    """
    # Back and forth between the ends: 0, 1, k - 1, 2, k - 2 ...
    first = [(k + 1) // 2 if k % 2 else -(k // 2) % arms for k in range(arms)]
    rows = [tuple((one + turn) % arms for one in first) for turn in range(arms)]
    mirrored = [row[::-1] for row in rows] if arms % 2 else []
    return tuple(dict.fromkeys([*rows, *mirrored]))
