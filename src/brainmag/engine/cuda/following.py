# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file and infers its types.
"""What the following part of a model sees of the leading one, on a device."""

from __future__ import annotations

import numpy as np

from brainmag.engine.arrays import PIECE_HEAD
from brainmag.engine.cuda.functions import device
from brainmag.engine.cuda.rosenbrock import measure_bend
from brainmag.engine.verner import INPUT_TIMES

MOMENTS = np.array(INPUT_TIMES)


@device
def keep_piece(thread):
    """Keep what others will see of the step just made, as polynomials in its fraction."""
    shows, count = thread.shows, thread.piece_count[0]
    piece = thread.pieces[count]
    piece[0] = thread.time[0]
    piece[1] = thread.step[0]
    for q in range(shows):
        k = PIECE_HEAD + q
        a, b, c = measure_bend(thread, q)
        piece[k] = thread.states[q]
        piece[k + shows] = thread.new_states[q] - thread.states[q] + a
        piece[k + 2 * shows] = b - a
        piece[k + 3 * shows] = c - b
        piece[k + 4 * shows] = -c
    thread.piece_count[0] = count + 1


@device
def find_piece(thread, moment, piece):
    """Return the last piece that begins at a moment or before it, looking on from a piece."""
    while piece + 1 < thread.piece_count[0] and thread.pieces[piece + 1, 0] <= moment:
        piece += 1
    return piece


@device
def look_ahead(thread):
    """Write what is seen at the times of the next step."""
    sees = thread.sees
    thread.place[0] = find_piece(thread, thread.time[0], thread.place[0])
    for row in range(len(MOMENTS)):
        moment = min(thread.time[0] + MOMENTS[row] * thread.step[0], thread.limit[0])
        piece = thread.pieces[find_piece(thread, moment, thread.place[0])]
        # Not multiplied by one over it: of the shortest steps that is infinite.
        s = (moment - piece[0]) / piece[1]
        for q in range(sees):
            k = PIECE_HEAD + q
            a, b, c = piece[k], piece[k + sees], piece[k + 2 * sees]
            d, e = piece[k + 3 * sees], piece[k + 4 * sees]
            thread.inputs[row, q] = a + s * (b + s * (c + s * (d + s * e)))
