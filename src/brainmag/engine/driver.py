# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file; its functions take raw pointers, which Python's types cannot say.
"""The loop around the steps: step control, events, outputs and the search for a periodic state.

Everything works on a block of LANES subjects. Each lane has its own time and step size and waits
at the next common time (an event or a stop) until the others are there; a waiting lane is carried
along and its result dropped, so no lane ever depends on another. Quantities of a block are stored
as in :mod:`brainmag.engine.lanes`.
"""

from __future__ import annotations

from collections import namedtuple

import llvmlite.binding as llvm
import numba
from numba import types
from numba.core import typing
from numba.extending import intrinsic

from brainmag.engine.arrays import LANE_REALS, LANE_WHOLES
from brainmag.engine.dense_system import solve_dense
from brainmag.engine.lanes import LANES

RUNNING = 0
FINISHED = 1
TOO_MANY_STEPS = 2
STEP_TOO_SMALL = 3
NOT_FINITE = 4
INTERRUPTED = 5
NOT_CONVERGED = 6

SAFETY = 0.9
LARGEST_GROWTH = 6.0
LARGEST_CUT = 0.2
# A step is cut to a tenth when its error is not a number, so this reaches 1e-30 of the first try.
MOST_NOT_FINITE = 30

REALS = types.CPointer(types.float64)
WHOLES = types.CPointer(types.int64)


KERNEL_FUNCTIONS = {
    "setup": 2,
    "start": 4,
    "rates": 5,
    "readouts": 5,
    "attempt": 9,
    "dense": 2,
    "commit": 3,
    "propagate": 3,
}


def _kernel_function(name):
    count = KERNEL_FUNCTIONS[name]
    return types.ExternalFunction(name, typing.signature(types.int64, *[REALS] * count))


setup = _kernel_function("setup")
start = _kernel_function("start")
rates = _kernel_function("rates")
readouts = _kernel_function("readouts")
attempt = _kernel_function("attempt")
dense = _kernel_function("dense")
commit = _kernel_function("commit")
propagate = _kernel_function("propagate")


@intrinsic
def shift(typing_context, pointer, count):
    """Return the pointer some elements further on."""

    def generate(context, builder, signature, arguments):
        element = context.get_data_type(signature.args[0].dtype)
        return builder.gep(arguments[0], [arguments[1]], source_etype=element)

    return pointer(pointer, types.int64), generate


compiled = numba.njit(error_model="numpy")

# The working arrays of a block of subjects.
Block = namedtuple(
    "Block",
    "size parameters constants states new_states time step wanted reached error taken "
    "column_step tolerances scratch dense memory rows row_time row_outputs columns "
    "status attempts fresh refused invalid cursor",
)

# How large everything is; an entry point receives it as an array in this order.
Sizes = namedtuple(
    "Sizes",
    "states parameters constants outputs scratch slots rows "
    "max_steps times free max_iterations segments events",
)

# What is common to all subjects: ends of segments with the events and outputs that belong to them.
Plan = namedtuple(
    "Plan",
    "segments stop target slot event_first event_state event_add event_value "
    "output_first output_last output_time cancel",
)



@compiled
def gather(source, first, last, width, target):
    """Copy rows of subjects into lanes; lanes past the last subject repeat it."""
    for lane in range(LANES):
        subject = min(first + lane, last)
        for i in range(width):
            target[i * LANES + lane] = source[subject * width + i]


@compiled
def scatter(source, first, count, width, target):
    """Copy lanes back into the rows of their subjects."""
    for lane in range(count):
        for i in range(width):
            target[(first + lane) * width + i] = source[i * LANES + lane]


@compiled
def first_step(lane, n_states, states, slope, tolerances, span):
    """Return a careful first step: one that changes the states by about a hundredth."""
    size = 0.0
    speed = 0.0
    for i in range(n_states):
        value = abs(states[i * LANES + lane])
        allowed = tolerances[0] * value + tolerances[(i + 1) * LANES]
        size = max(size, value / allowed)
        speed = max(speed, abs(slope[i * LANES + lane]) / allowed)
    # Where a state starts from nothing the tolerance itself sets the scale.
    trial = 0.01 * max(size, 1.0) / speed if speed > 0.0 else span
    return min(trial, span) if trial == trial else span


@compiled
def is_active(block, lane, target):
    """Tell whether a lane still has to step towards the target."""
    return block.status[lane] == RUNNING and block.time[lane] < target


@compiled
def begin_segment(block, target, slot):
    """Choose the first step after an event: the one that suited the last event of its kind."""
    if slot < 0:
        return
    unknown = False
    for lane in range(LANES):
        block.fresh[lane] = 1
        block.refused[lane] = 0
        block.wanted[lane] = block.memory[slot * LANES + lane]
        if is_active(block, lane, target) and block.wanted[lane] <= 0.0:
            unknown = True
    if not unknown:
        return
    rates(block.time, block.states, block.parameters, block.constants, block.new_states)
    for lane in range(LANES):
        if is_active(block, lane, target) and block.wanted[lane] <= 0.0:
            span = target - block.time[lane]
            block.wanted[lane] = first_step(
                lane, block.size, block.states, block.new_states, block.tolerances, span
            )


@compiled
def choose_steps(block, target):
    """Set the step of every active lane; return how many there are."""
    active = 0
    for lane in range(LANES):
        if is_active(block, lane, target):
            active += 1
            rest = target - block.time[lane]
            step = block.wanted[lane]
            if step >= rest:
                step = rest
            elif step > 0.5 * rest:
                # Two equal steps instead of a long and a very short one.
                step = 0.5 * rest
            block.step[lane] = step
    return active


@compiled
def judge_step(block, lane, target, slot, max_steps):
    """Accept or refuse the step of one lane; return whether it is accepted."""
    error = block.error[lane]
    step = block.step[lane]
    block.attempts[lane] += 1
    if error <= 1.0:
        growth = LARGEST_GROWTH
        if error > 0.0:
            growth = min(LARGEST_GROWTH, max(LARGEST_CUT, SAFETY * error**-0.2))
        if block.refused[lane] != 0:
            growth = min(growth, 1.0)
        proposal = step * growth
        if step < block.wanted[lane]:
            # A step cut short by the target says nothing against the longer one.
            proposal = max(proposal, block.wanted[lane])
        block.wanted[lane] = proposal
        if block.fresh[lane] != 0 and slot >= 0:
            block.memory[slot * LANES + lane] = proposal
        block.fresh[lane] = 0
        block.refused[lane] = 0
        block.invalid[lane] = 0
        return True
    block.refused[lane] = 1
    if error != error or error > 1e300:
        block.invalid[lane] += 1
        block.wanted[lane] = step * 0.1
    else:
        block.wanted[lane] = step * max(LARGEST_CUT, SAFETY * error**-0.2)
    if block.invalid[lane] > MOST_NOT_FINITE:
        block.status[lane] = NOT_FINITE
    elif block.time[lane] + 0.25 * block.wanted[lane] == block.time[lane]:
        block.status[lane] = STEP_TOO_SMALL if block.invalid[lane] == 0 else NOT_FINITE
    return False


@compiled
def interpolate(block, lane, fraction, row):
    """Write one lane's states inside the step just made into an output row."""
    n = block.size
    past = 1.0 - fraction
    for i in range(n):
        k = i * LANES + lane
        a = block.dense[k]
        b = block.dense[n * LANES + k]
        c = block.dense[2 * n * LANES + k]
        bend = a + fraction * (b + fraction * c)
        inner = block.new_states[k] + past * bend
        block.rows[row * n * LANES + k] = past * block.states[k] + fraction * inner


@compiled
def record_step(block, lane, reached, plan, segment):
    """Write the outputs of one lane that lie in the step just made."""
    last = plan.output_last[segment]
    first = plan.output_first[segment]
    while block.cursor[lane] < last:
        wanted = plan.output_time[block.cursor[lane]]
        if wanted > reached:
            break
        fraction = 1.0
        if wanted < reached:
            fraction = (wanted - block.time[lane]) / block.step[lane]
        interpolate(block, lane, fraction, block.cursor[lane] - first)
        block.cursor[lane] += 1


@compiled
def has_output(block, lane, reached, plan, segment):
    """Tell whether an output of one lane lies in the step just made."""
    cursor = block.cursor[lane]
    return cursor < plan.output_last[segment] and plan.output_time[cursor] <= reached


@compiled
def advance(block, plan, segment, max_steps, with_columns):
    """Step all lanes of a block to the end of a segment."""
    target = plan.target[segment]
    slot = plan.slot[segment]
    begin_segment(block, target, slot)
    while choose_steps(block, target) > 0:
        if plan.cancel[0] != 0:
            return
        attempt(
            block.time,
            block.step,
            block.states,
            block.parameters,
            block.constants,
            block.tolerances,
            block.scratch,
            block.new_states,
            block.error,
        )
        recording = False
        for lane in range(LANES):
            block.taken[lane] = 0.0
            block.reached[lane] = block.time[lane]
            if is_active(block, lane, target):
                rest = target - block.time[lane]
                if judge_step(block, lane, target, slot, max_steps):
                    block.taken[lane] = 1.0
                    reached = block.time[lane] + block.step[lane]
                    if block.step[lane] == rest:
                        reached = target
                    block.reached[lane] = reached
                    recording = recording or has_output(block, lane, reached, plan, segment)
                if block.attempts[lane] >= max_steps and block.reached[lane] < plan.stop:
                    if block.status[lane] == RUNNING:
                        block.status[lane] = TOO_MANY_STEPS
        if recording:
            dense(block.scratch, block.dense)
        if with_columns:
            for lane in range(LANES):
                block.column_step[lane] = block.taken[lane] * block.step[lane]
            propagate(block.column_step, block.scratch, block.columns)
        for lane in range(LANES):
            if block.taken[lane] == 1.0:
                record_step(block, lane, block.reached[lane], plan, segment)
                block.time[lane] = block.reached[lane]
        commit(block.taken, block.states, block.new_states)


@compiled
def record_start(block, plan):
    """Write the outputs at the very start, before any event."""
    for row in range(plan.output_last[0]):
        for k in range(block.size * LANES):
            block.rows[row * block.size * LANES + k] = block.states[k]
    for lane in range(LANES):
        block.cursor[lane] = plan.output_last[0]


@compiled
def flush_outputs(block, plan, segment, first, count, n_times, n_outputs, outputs):
    """Compute the read-outs of a segment's output rows and store them subject by subject."""
    begin = plan.output_first[segment]
    for k in range(begin, plan.output_last[segment]):
        for lane in range(LANES):
            block.row_time[lane] = plan.output_time[k]
        row = shift(block.rows, (k - begin) * block.size * LANES)
        readouts(block.row_time, row, block.parameters, block.constants, block.row_outputs)
        for lane in range(count):
            if block.cursor[lane] > k:
                place = ((first + lane) * n_times + k) * n_outputs
                for j in range(n_outputs):
                    outputs[place + j] = block.row_outputs[j * LANES + lane]


@compiled
def apply_events(block, plan, segment, with_columns):
    """Apply the events at the end of a segment to every lane still running."""
    for e in range(plan.event_first[segment], plan.event_first[segment + 1]):
        state = plan.event_state[e]
        for lane in range(LANES):
            if block.status[lane] == RUNNING:
                k = state * LANES + lane
                if plan.event_add[e] != 0:
                    block.states[k] += plan.event_value[e]
                else:
                    block.states[k] = plan.event_value[e]
        if with_columns and plan.event_add[e] == 0:
            for j in range(block.size):
                for lane in range(LANES):
                    block.columns[(j * block.size + state) * LANES + lane] = 0.0


@compiled
def reset_lanes(block, begin, count):
    """Put the lanes of a block at the start; lanes without a subject never run."""
    for lane in range(LANES):
        block.time[lane] = begin
        block.step[lane] = 1.0
        block.wanted[lane] = 0.0
        block.attempts[lane] = 0
        block.invalid[lane] = 0
        block.cursor[lane] = 0
        block.status[lane] = RUNNING if lane < count else FINISHED


@compiled
def read_sizes(array):
    """Name the entries of an array of sizes."""
    return Sizes(
        array[0],
        array[1],
        array[2],
        array[3],
        array[4],
        array[5],
        array[6],
        array[7],
        array[8],
        array[9],
        array[10],
        array[11],
        array[12],
    )


@compiled
def make_block(sizes, tolerances, real_work, whole_work):
    """Divide the working storage of one thread among the arrays of a block."""
    n = sizes.states
    at = 0
    parameters = shift(real_work, at)
    at += sizes.parameters * LANES
    constants = shift(real_work, at)
    at += sizes.constants * LANES
    states = shift(real_work, at)
    at += n * LANES
    new_states = shift(real_work, at)
    at += n * LANES
    per_lane = at
    at += LANE_REALS * LANES
    scratch = shift(real_work, at)
    at += sizes.scratch * LANES
    coefficients = shift(real_work, at)
    at += 3 * n * LANES
    memory = shift(real_work, at)
    at += sizes.slots * LANES
    row_outputs = shift(real_work, at)
    at += sizes.outputs * LANES
    rows = shift(real_work, at)
    at += sizes.rows * n * LANES
    columns = shift(real_work, at)
    return Block(
        n,
        parameters,
        constants,
        states,
        new_states,
        shift(real_work, per_lane),
        shift(real_work, per_lane + LANES),
        shift(real_work, per_lane + 2 * LANES),
        shift(real_work, per_lane + 3 * LANES),
        shift(real_work, per_lane + 4 * LANES),
        shift(real_work, per_lane + 5 * LANES),
        shift(real_work, per_lane + 6 * LANES),
        tolerances,
        scratch,
        coefficients,
        memory,
        rows,
        shift(real_work, per_lane + 7 * LANES),
        row_outputs,
        columns,
        whole_work,
        shift(whole_work, LANES),
        shift(whole_work, 2 * LANES),
        shift(whole_work, 3 * LANES),
        shift(whole_work, 4 * LANES),
        shift(whole_work, 5 * LANES),
    )


@compiled
def make_plan(sizes, whole_plan, real_plan):
    """Find the parts of a plan in its two arrays; see lay_out_plan for their order."""
    segments, events, times = sizes.segments, sizes.events, sizes.times
    return Plan(
        segments,
        real_plan[segments - 1],
        real_plan,
        shift(whole_plan, 1),
        shift(whole_plan, 1 + 3 * segments),
        shift(whole_plan, 2 + 4 * segments),
        shift(whole_plan, 2 + 4 * segments + events),
        shift(real_plan, segments),
        shift(whole_plan, 1 + segments),
        shift(whole_plan, 1 + 2 * segments),
        shift(real_plan, segments + events),
        whole_plan,
    )


@compiled
def load_subjects(block, begin, first, count, last, sizes, initial, parameters):
    """Put a block of subjects at the start of a run."""
    gather(parameters, first, last, sizes.parameters, block.parameters)
    setup(block.parameters, block.constants)
    gather(initial, first, last, block.size, block.states)
    reset_lanes(block, begin, count)


@compiled
def run_segments(block, plan, first, count, sizes, outputs):
    """Run a block from start to stop, outputs included."""
    record_start(block, plan)
    for segment in range(plan.segments):
        advance(block, plan, segment, sizes.max_steps, False)
        flush_outputs(block, plan, segment, first, count, sizes.times, sizes.outputs, outputs)
        if plan.cancel[0] != 0:
            return
        apply_events(block, plan, segment, False)
    for lane in range(LANES):
        if block.status[lane] == RUNNING:
            block.status[lane] = FINISHED


def solve_subjects(
    first,
    count,
    subjects,
    size_array,
    whole_plan,
    real_plan,
    initial,
    parameters,
    tolerances,
    real_work,
    whole_work,
    outputs,
    final_states,
    reached,
    status,
    steps,
):
    """Run some subjects, one block after the other (entry point)."""
    sizes = read_sizes(size_array)
    block = make_block(sizes, tolerances, real_work, whole_work)
    plan = make_plan(sizes, whole_plan, real_plan)
    begin = first
    while begin < first + count:
        width = min(LANES, first + count - begin)
        load_subjects(block, plan.target[0], begin, width, subjects - 1, sizes, initial, parameters)
        for k in range(sizes.slots * LANES):
            block.memory[k] = 0.0
        run_segments(block, plan, begin, width, sizes, outputs)
        scatter(block.states, begin, width, block.size, final_states)
        for lane in range(width):
            subject = begin + lane
            reached[subject] = block.time[lane]
            steps[subject] = block.attempts[lane]
            status[subject] = INTERRUPTED
            if block.status[lane] != RUNNING:
                status[subject] = block.status[lane]
        begin += LANES
    return 0


@compiled
def reset_columns(block):
    """Make the sensitivity to the start the identity."""
    for j in range(block.size):
        for i in range(block.size):
            for lane in range(LANES):
                block.columns[(j * block.size + i) * LANES + lane] = 1.0 if i == j else 0.0


@compiled
def measure_residual(block, lane, guess, free, n_free):
    """Return the largest relative change of a free state over one period."""
    residual = 0.0
    for f in range(n_free):
        k = free[f] * LANES + lane
        scale = abs(guess[k]) + block.tolerances[(free[f] + 1) * LANES]
        change = abs(block.states[k] - guess[k]) / scale
        if not change <= residual:
            residual = change
    return residual


@compiled
def improve_guess(block, lane, guess, free, n_free, matrix, vector):
    """Take one Newton step towards the periodic state.

    Unknowns are measured in units of the state's size. A positive state that the step would cut to
    less than a tenth takes its value after one period instead, which is never negative.
    """
    for r in range(n_free):
        row = free[r] * LANES + lane
        row_scale = abs(guess[row]) + block.tolerances[(free[r] + 1) * LANES]
        vector[r] = (block.states[row] - guess[row]) / row_scale
        for s in range(n_free):
            column = free[s] * LANES + lane
            column_scale = abs(guess[column]) + block.tolerances[(free[s] + 1) * LANES]
            entry = block.columns[(free[s] * block.size + free[r]) * LANES + lane]
            identity = 1.0 if r == s else 0.0
            matrix[r * n_free + s] = identity - entry * column_scale / row_scale
    solve_dense(matrix, vector, n_free)
    for r in range(n_free):
        k = free[r] * LANES + lane
        scale = abs(guess[k]) + block.tolerances[(free[r] + 1) * LANES]
        moved = guess[k] + vector[r] * scale
        if guess[k] > 0.0 and not moved >= 0.1 * guess[k]:
            moved = block.states[k]
        guess[k] = moved


@compiled
def search_period(
    block, plan, count, sizes, guess, residuals, free, matrix, vector, settled, tolerance
):
    """Iterate one block of subjects to its periodic state.

    ``settled`` holds per lane the outcome, and behind it the iterations made.
    """
    n_free, most = sizes.free, sizes.max_iterations
    n = block.size
    for lane in range(LANES):
        settled[lane] = RUNNING if lane < count else FINISHED
        settled[LANES + lane] = 0
    for iteration in range(1, most + 1):
        reset_lanes(block, plan.target[0], count)
        reset_columns(block)
        waiting = 0
        for lane in range(LANES):
            if settled[lane] != RUNNING:
                block.status[lane] = FINISHED
            else:
                waiting += 1
            for i in range(n):
                block.states[i * LANES + lane] = guess[i * LANES + lane]
        if waiting == 0:
            return
        for segment in range(plan.segments):
            advance(block, plan, segment, sizes.max_steps, True)
            if plan.cancel[0] != 0:
                return
            apply_events(block, plan, segment, True)
        for lane in range(LANES):
            if settled[lane] == RUNNING:
                settled[LANES + lane] = iteration
                if block.status[lane] != RUNNING:
                    settled[lane] = block.status[lane]
                    continue
                residual = measure_residual(block, lane, guess, free, n_free)
                residuals[lane] = residual
                if residual <= tolerance:
                    settled[lane] = FINISHED
                elif iteration == most:
                    settled[lane] = NOT_CONVERGED
                else:
                    improve_guess(block, lane, guess, free, n_free, matrix, vector)


def find_periodic_subjects(
    first,
    count,
    subjects,
    size_array,
    whole_plan,
    real_plan,
    initial,
    parameters,
    tolerances,
    real_work,
    whole_work,
    free,
    tolerance,
    final_states,
    residual,
    status,
    iterations,
):
    """Find the periodic state of some subjects (entry point)."""
    sizes = read_sizes(size_array)
    block = make_block(sizes, tolerances, real_work, whole_work)
    plan = make_plan(sizes, whole_plan, real_plan)
    settled = shift(whole_work, LANE_WHOLES * LANES)
    guess = shift(block.columns, block.size * block.size * LANES)
    residuals = shift(guess, block.size * LANES)
    matrix = shift(residuals, LANES)
    vector = shift(matrix, block.size * block.size)
    begin = first
    while begin < first + count:
        width = min(LANES, first + count - begin)
        load_subjects(block, plan.target[0], begin, width, subjects - 1, sizes, initial, parameters)
        gather(initial, begin, subjects - 1, block.size, guess)
        for k in range(sizes.slots * LANES):
            block.memory[k] = 0.0
        search_period(
            block, plan, width, sizes, guess, residuals, free, matrix, vector, settled, tolerance[0]
        )
        scatter(guess, begin, width, block.size, final_states)
        for lane in range(width):
            subject = begin + lane
            residual[subject] = residuals[lane]
            iterations[subject] = settled[LANES + lane]
            status[subject] = INTERRUPTED
            if settled[lane] != RUNNING:
                status[subject] = settled[lane]
        begin += LANES
    return 0


def evaluate_subjects(
    first, count, subjects, size_array, time, initial, parameters, real_work, whole_work, outputs
):
    """Compute the read-outs of some subjects at one instant each (entry point)."""
    sizes = read_sizes(size_array)
    block = make_block(sizes, real_work, real_work, whole_work)
    begin = first
    while begin < first + count:
        width = min(LANES, first + count - begin)
        load_subjects(block, 0.0, begin, width, subjects - 1, sizes, initial, parameters)
        gather(time, begin, subjects - 1, 1, block.time)
        readouts(block.time, block.states, block.parameters, block.constants, block.row_outputs)
        scatter(block.row_outputs, begin, width, sizes.outputs, outputs)
        begin += LANES
    return 0


def start_subjects(first, count, subjects, size_array, parameters, real_work, whole_work, states):
    """Compute the initial states of some subjects (entry point)."""
    sizes = read_sizes(size_array)
    block = make_block(sizes, real_work, real_work, whole_work)
    begin = first
    while begin < first + count:
        width = min(LANES, first + count - begin)
        gather(parameters, begin, subjects - 1, sizes.parameters, block.parameters)
        setup(block.parameters, block.constants)
        reset_lanes(block, 0.0, width)
        start(block.time, block.parameters, block.constants, block.states)
        scatter(block.states, begin, width, block.size, states)
        begin += LANES
    return 0


# Arguments of the entry points after first, count and subjects.
ENTRIES = {
    "solve_subjects": [WHOLES, WHOLES, *[REALS] * 5, WHOLES, *[REALS] * 3, WHOLES, WHOLES],
    "find_periodic_subjects": [
        *[WHOLES, WHOLES, *[REALS] * 5, WHOLES, WHOLES, *[REALS] * 3, WHOLES, WHOLES],
    ],
    "evaluate_subjects": [WHOLES, *[REALS] * 4, WHOLES, REALS],
    "start_subjects": [WHOLES, REALS, REALS, WHOLES, REALS],
}


def describe_driver():
    """Return the LLVM code of all entry points and the kinds of their arguments."""
    # The compiler looks the model's functions up although nothing is run here.
    for name in KERNEL_FUNCTIONS:
        llvm.add_symbol(name, 1)
    pieces = []
    for name, pointers in ENTRIES.items():
        signature = types.int64(types.int64, types.int64, types.int64, *pointers)
        options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
        function = numba.njit([signature], error_model="numpy", **options)(globals()[name])
        (result,) = function.overloads.values()
        pieces.append(result.library.get_llvm_str())
        pieces.append(_wrap(name, result.fndesc.mangled_name, len(pointers)))
    entries = {name: "iii" + "p" * len(pointers) for name, pointers in ENTRIES.items()}
    return {"codes": pieces, "entries": entries}


def _wrap(name, mangled, pointers):
    """Return code that gives a compiled function a plain name and a plain calling sequence."""
    kinds = ["i64"] * 3 + ["ptr"] * pointers
    declared = ", ".join(["ptr", "ptr", *kinds])
    received = ", ".join(f"{kind} %a{i}" for i, kind in enumerate(kinds))
    return f"""
declare i32 @"{mangled}"({declared})
define i64 @{name}({received}) {{
  %result = alloca i64
  %exception = alloca ptr
  %status = call i32 @"{mangled}"(ptr %result, ptr %exception, {received})
  ret i64 0
}}
"""
