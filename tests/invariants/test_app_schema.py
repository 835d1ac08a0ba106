"""Oracle: the OpenAPI document. Whatever is asked, the answer is one that it tells of."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from brainmag.app.settings import Settings
from invariants.serving import serve


def no_fault(_context: object, response: schemathesis.Response, _case: object) -> None:
    """Judge that no request breaks the server, though it may have no time for one."""
    assert response.status_code < 500 or response.status_code == 503


CHECKS = [
    no_fault,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]
# Nothing that takes long, whatever is drawn.
LIMITS = {"most_draws": 2, "most_figure_draws": 2, "most_jobs": 0, "seconds": 3.0}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serve(Settings(tmp_path_factory.mktemp("data"), **LIMITS)) as served:
        yield served


def check(client: httpx.Client, examples: int) -> None:
    """Draw requests for every path, and judge the answers."""
    schema = schemathesis.openapi.from_dict(client.get("/api/openapi.json").json())
    schema.config.update(base_url=str(client.base_url))
    for found in schema.get_all_operations():

        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=found.ok().as_strategy())
        def judge(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS)

        judge()


def test_a_sample_of_requests_is_answered_as_told(client: httpx.Client) -> None:
    check(client, examples=5)


@pytest.mark.accept
def test_many_requests_are_answered_as_told(client: httpx.Client) -> None:
    check(client, examples=100)
