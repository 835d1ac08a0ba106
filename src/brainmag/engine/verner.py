"""Verner's most efficient 6(5) pair: an explicit Runge-Kutta method of order 6 for mild equations.

J. H. Verner, Numerically optimal Runge-Kutta pairs with interpolants. Numerical Algorithms
53:383-396 (2010), doi:10.1007/s11075-009-9290-3.

With step h, time t and state y::

    K_i = f(t + STAGE_TIME_i h, y + h sum_j A_ij K_j)

The last row of A leads to the new state, so that the last stage is the first one of the next step;
h sum_j ERROR_j K_j is the error estimate. The row MIDDLE leads to the state in the middle of the
step, to order 5. With the rates there it makes a dense output of order 5: the polynomial through
the states and rates at the beginning, the middle and the end.
"""

from __future__ import annotations

STAGES = 9

# The error of a step grows with this power of it.
ERROR_ORDER = 6

STAGE_TIME = (0.0, 0.06, 0.09593333333333333, 0.1439, 0.4973, 0.9725, 0.9995, 1.0, 1.0)

MIDDLE_TIME = 0.5

# The times at which a step looks at what drives it, each once.
INPUT_TIMES = (*dict.fromkeys(STAGE_TIME), MIDDLE_TIME)

A: tuple[tuple[float, ...], ...] = (
    (),
    (0.06,),
    (0.019239962962962962, 0.07669337037037037),
    (0.035975, 0.0, 0.107925),
    (1.3186834152331484, 0.0, -5.042058063628562, 4.220674648395414),
    (
        -41.87259166432751,
        0.0,
        159.43256216313748,
        -122.11921356501004,
        5.531743066200053,
    ),
    (
        -54.430156935316504,
        0.0,
        207.06725136501848,
        -158.61081378459,
        6.991816585950242,
        -0.01859723106220323,
    ),
    (
        -54.66374178728198,
        0.0,
        207.95280625538936,
        -159.2889574744995,
        7.018743740796944,
        -0.018338785905045722,
        -0.0005119484997882099,
    ),
    (
        0.03438957868357036,
        0.0,
        0.0,
        0.25826245556335037,
        0.4209371189673537,
        4.40539646966931,
        -176.48311902429865,
        172.36413340141507,
    ),
)

ERROR = (
    0.008623404282200854,
    0.0,
    0.0,
    -0.019434029953152708,
    0.028450072588037983,
    -2.1097110610652914,
    103.45854289996397,
    -101.39980461914912,
    0.03333333333333333,
)

MIDDLE = (
    0.016524159013572806,
    0.0,
    0.0,
    0.3053128187514179,
    0.2071200938201979,
    -1.293879140655123,
    57.11988411588149,
    -55.87979207510932,
    0.024830028297766014,
)
