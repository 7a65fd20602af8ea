"""The token: made once, private, compared whole."""

from __future__ import annotations

import os
import stat

import pytest

from nestdesk.core.errors import SettingsError
from nestdesk.server.token import LEAST_CHARS, is_token, token


def test_a_token_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    file = tmp_path / "server-token"
    made = token(file)
    assert len(made) >= LEAST_CHARS
    assert token(file) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert token(tmp_path / "another") != made


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_token_that_others_can_read_is_not_used(tmp_path, mode):
    file = tmp_path / "server-token"
    token(file)
    file.chmod(mode)
    with pytest.raises(SettingsError, match="Others can read"):
        token(file)


@pytest.mark.parametrize("held", [b"", b"short\n", b"x" * 20 + b" " + b"x" * 20, "ä".encode() * 40, b"\xff" * 40])
def test_a_file_without_a_token_is_refused(tmp_path, held):
    file = tmp_path / "server-token"
    file.write_bytes(held)
    file.chmod(0o600)
    with pytest.raises(SettingsError):
        token(file)
    assert file.read_bytes() == held


def test_a_token_that_cannot_be_kept_is_an_expected_error(tmp_path):
    with pytest.raises(SettingsError):
        token(tmp_path / "nowhere" / "server-token")
    with pytest.raises(SettingsError):
        token(tmp_path)


def test_only_the_whole_token_is_the_token():
    assert is_token("abc", "abc")
    assert not any(is_token(shown, "abc") for shown in ("", "ab", "abcd", "ABC", "äbc"))
