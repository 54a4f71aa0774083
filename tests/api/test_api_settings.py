"""Where a server listens and keeps its state."""

from __future__ import annotations

from pathlib import Path

import pytest

from colivraison.api import ApiSettings, default_home
from colivraison.errors import InputError


def settings(**changes) -> ApiSettings:
    return ApiSettings(roads=Path("x.osm.pbf"), home=Path("home"), **changes)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", ""])
def test_listening_where_others_reach_needs_a_permission(host: str) -> None:
    with pytest.raises(InputError) as refused:
        settings(host=host)
    assert [fault.code for fault in refused.value.faults] == ["not_loopback"]
    assert settings(host=host, listen_anywhere=True).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_needs_none(host: str) -> None:
    assert settings(host=host).host == host


@pytest.mark.parametrize(
    ("environment", "home"),
    [
        ({"COLIVRAISON_HOME": "/srv/plans", "XDG_DATA_HOME": "/data"}, Path("/srv/plans")),
        ({"XDG_DATA_HOME": "/data"}, Path("/data/colivraison")),
        # The XDG specification: a relative path is to be ignored.
        ({"XDG_DATA_HOME": "data"}, Path.home() / ".local/share/colivraison"),
        ({}, Path.home() / ".local/share/colivraison"),
    ],
)
def test_the_state_lies_in_the_user_s_data_folder(environment, home) -> None:
    assert default_home(environment) == home


def test_a_server_that_does_nothing_is_refused() -> None:
    for name in ("running_max", "waiting_max", "threads_max", "stored_max"):
        with pytest.raises(ValueError, match="at least one"):
            settings(**{name: 0})
