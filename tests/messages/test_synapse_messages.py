"""Oracle: how errors read. What is wrong with a protocol or a synapse is said with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from brainmag.cli.app import run_command
from brainmag.errors import InputError
from brainmag.locales import load_catalogue
from brainmag.synapse.protocol import read_protocol

TWO_HOLDS = (
    "[[clamp]]\nfrom = 0\nuntil = 5\nmillivolt = 0\n[[clamp]]\nfrom = 4\nuntil = 9\nmillivolt = 0\n"
)
# A file, the code, its line, and what is said.
FILES = {
    "too_many_spikes": ("[[pre]]\npulses = 5000\nrate = 100\nbursts = 3\nburst_rate = 0.01\n", 2),
    "no_spike": ("[[pre]]\ntimes = []\n", 2),
    "times_alone": ("[[pre]]\ntimes = [0, 10]\nrate = 100\n", 3),
    "out_of_range": ("[[pre]]\npulses = 2\nrate = 5000\n", 3),
    "time_out_of_range": ("[[pre]]\ntimes = [0, -1]\n", 2),
    "ends_before_start": ("[[clamp]]\nfrom = 5\nuntil = 1\nmillivolt = 0\n", 3),
    "spikes_too_close": ("[[pre]]\ntimes = [0, 0.5]\n", 1),
    "overlap": (TWO_HOLDS, 6),
}
OTHERS = {"nothing_finished", "unknown_protocol", "unknown_set", "unknown_preparation"}
TEXTS = {"notes", "table", "figure"}
COMMANDS = {
    "--mg -1": ("tetanus --mg=-1", "cli.value_out_of_range", "from 0 to 20"),
    "--mg nan": ("tetanus --mg nan", "cli.value_out_of_range", "from 0 to 20"),
    "--mg text": ("tetanus --mg abc", "intake.not_a_quantity", "abc"),
    "set": ("--curve dt --set culture", "synapse.unknown_set", "Did you mean 'cultures'?"),
    "protocol": ("theta-bursts", "synapse.unknown_protocol", "Did you mean 'theta-burst'?"),
    "preparation": ("burst --preparation slice", "synapse.unknown_preparation", "hippocampal"),
    "block": ("burst --block jahr", "cli.unknown_choice", "jahr-stevens"),
    "curve": ("--curve voltages", "cli.unknown_choice", "Did you mean 'voltage'?"),
    "nothing": ("", "cli.protocol_missing", "theta-burst"),
    "at": ("--curve dt --at=,", "cli.points_missing", "--at=-10,0,10"),
    "at text": ("--curve dt --at=1,b", "cli.not_a_number", "'b'"),
    "at far": ("--curve dt --at=5000", "cli.value_out_of_range", "1000"),
    "many": ("--curve dt --at=" + "1," * 1001, "cli.too_many_points", "1000"),
    "pairs": ("--curve dt --pairs 0", "cli.number_out_of_range", "from 1 to"),
    "pairs and tetanus": ("tetanus --pairs 3", "cli.does_not_go_with", "--pairs"),
    "protocol and dt": ("tetanus --curve dt", "cli.does_not_go_with", "PROTOCOL"),
    "rate": ("--curve dt --rate 0", "cli.value_out_of_range", "0.01"),
    "chronic": ("burst --mg-chronic 0", "cli.value_out_of_range", "from 0.1 to 5"),
    "nr2b": ("burst --nr2b=-1", "cli.value_out_of_range", "from 0 to 20"),
    "formula": ("--curve dt --formula exact", "cli.unknown_choice", "analytic"),
    "no name": ("burst --out .", "cli.no_file_name", "'.'"),
    "root": ("burst --out /", "cli.no_file_name", "'/'"),
    "missing file": ("mine.toml", "tables.unreadable", "No such file"),
}


@pytest.mark.parametrize("code", FILES)
def test_what_is_wrong_with_a_protocol_is_said_with_its_line(tmp_path: Path, code: str) -> None:
    content, line = FILES[code]
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_protocol(str(path))
    assert caught.value.code == "tables.field"
    cause = caught.value.values["cause"]
    assert isinstance(cause, InputError)
    assert cause.code == f"synapse.{code}"
    assert f"{path}, line {line}, field" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("[[pre]]\npulses = 2.5\n", "tables.not_count"),
        ("[[pre]]\ntimes = [0, 'a']\n", "tables.not_numbers"),
        ("[[pre]]\npulses = 2\n", "tables.missing_field"),
        ("[[pres]]\n", "tables.unknown_field"),
    ],
)
def test_what_is_no_field_or_no_number_is_refused(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_protocol(str(path))
    cause = caught.value.values["cause"]
    assert isinstance(cause, InputError)
    assert cause.code == code


@pytest.mark.parametrize("name", COMMANDS)
def test_what_cannot_be_used_is_refused(name: str) -> None:
    words, code, said = COMMANDS[name]
    with pytest.raises(InputError) as caught:
        run_command(["synapse", *words.split()])
    assert caught.value.code == code
    assert said in str(caught.value)
    assert caught.value.exit_status == 2


def test_every_code_of_the_catalogue_has_a_test_here() -> None:
    assert set(load_catalogue("en", "synapse")) == {*FILES, *OTHERS, *TEXTS}
