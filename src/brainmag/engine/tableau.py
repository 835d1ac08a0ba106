"""Rodas5P: an L-stable Rosenbrock method of order 5 with a dense output of order 4.

G. Steinebach, Construction of Rosenbrock-Wanner method Rodas5P and numerical benchmarks within
the Julia Differential Equations package. BIT Numerical Mathematics 63:27 (2023),
doi:10.1007/s10543-023-00967-x.

The method is written for the variables U of Hairer and Wanner, which need no product with the
Jacobian J. With step h, time t and state y::

    (I/GAMMA - h J) U_i = h f(t + STAGE_TIME_i h, y + sum_j A_ij U_j)
                          + sum_j C_ij U_j + h^2 TIME_DERIVATIVE_i df/dt(t, y)

The last row of A plus U_8 is the new state and U_8 is the error estimate. Inside the step, at the
fraction s of it, with K_r = sum_j DENSE_rj U_j::

    y(s) = (1 - s) y + s (y_new + (1 - s) (K_1 + s (K_2 + s K_3)))
"""

from __future__ import annotations

from collections.abc import Sequence

STAGES = 8

# The error of a step grows with this power of it.
ERROR_ORDER = 5

GAMMA = 0.21193756319429014

STAGE_TIME = (
    0.0,
    0.6358126895828704,
    0.4095798393397535,
    0.9769306725060716,
    0.4288403609558664,
    1.0,
    1.0,
    1.0,
)

TIME_DERIVATIVE = (
    0.21193756319429014,
    -0.42387512638858027,
    -0.3384627126235924,
    1.8046452872882734,
    2.325825639765069,
    0.0,
    0.0,
    0.0,
)

_LAST = (
    -7.502846399306121,
    2.561846144803919,
    -11.627539656261098,
    -0.18268767659942256,
    0.030198172008377946,
)

A: tuple[tuple[float, ...], ...] = (
    (),
    (3.0,),
    (2.849394379747939, 0.45842242204463923),
    (-6.954028509809101, 2.489845061869568, -10.358996098473584),
    (2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641),
    _LAST,
    (*_LAST, 1.0),
    (*_LAST, 1.0, 1.0),
)

C: tuple[tuple[float, ...], ...] = (
    (),
    (-14.155112264123755,),
    (-17.97296035885952, -2.859693295451294),
    (147.12150275711716, -1.41221402718213, 71.68940251302358),
    (165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306),
    (
        24.854864614690072,
        -3.0009227002832186,
        47.4931110020768,
        5.5814197821558125,
        -0.6610691825249471,
    ),
    (
        30.91273214028599,
        -3.1208243349937974,
        77.79954646070892,
        34.28646028294783,
        -19.097331116725623,
        -28.087943162872662,
    ),
    (
        37.80277123390563,
        -3.2571969029072276,
        112.26918849496327,
        66.9347231244047,
        -40.06618937091002,
        -54.66780262877968,
        -9.48861652309627,
    ),
)

DENSE = (
    (
        25.948786856663858,
        -2.5579724845846235,
        10.433815404888879,
        -2.3679251022685204,
        0.524948541321073,
        1.1241088310450404,
        0.4272876194431874,
        -0.17202221070155493,
    ),
    (
        -9.91568850695171,
        -0.9689944594115154,
        3.0438037242978453,
        -24.495224566215796,
        20.176138334709044,
        15.98066361424651,
        -6.789040303419874,
        -6.710236069923372,
    ),
    (
        11.419903575922262,
        2.8879645146136994,
        72.92137995996029,
        80.12511834622643,
        -52.072871366152654,
        -59.78993625266729,
        -0.15582684282751913,
        4.883087185713722,
    ),
)


def _sum_stages(weights: Sequence[float]) -> tuple[float, ...]:
    """Return weights of V_j that give the same as weights of U_i, with U_i = V_i + GAMMA C_ij U_j.

    A state that no rate depends on has stages V_i that need nothing of each other, since the
    Jacobian's column is zero: its sums over stages can wait until the end of the step.
    """
    sums = list(weights)
    for i in reversed(range(STAGES)):
        for j, share in enumerate(C[i]):
            sums[j] += GAMMA * share * sums[i]
    return tuple(sums)


# The change of such a state, its error estimate and its dense output.
COUNTED_CHANGE = _sum_stages((*A[-1], 1.0))
COUNTED_ERROR = _sum_stages((*[0.0] * (STAGES - 1), 1.0))
COUNTED_DENSE = tuple(_sum_stages(weights) for weights in DENSE)
