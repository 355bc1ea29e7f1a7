import ctypes

import pytest

from sendco.core import native

pytestmark = pytest.mark.unit


def test_load_without_a_folder_does_nothing(tmp_path):
    assert native.load(tmp_path / "none") == 0


def test_load_goes_round_until_each_library_has_those_it_needs(tmp_path, monkeypatch):
    folder = tmp_path / "usr" / "lib" / "x86_64-linux-gnu"
    folder.mkdir(parents=True)
    for name in ("liba.so.0", "libb.so.0", "libc.so.1", "libc.so.1.2.3.so.1", "libbroken.so.0"):
        (folder / name).touch()
    needs = {"liba.so.0": {"libb.so.0"}, "libb.so.0": {"libc.so.1"}, "libc.so.1": set(), "libbroken.so.0": {"absent"}}
    loaded: list[str] = []

    def load(path, mode):
        name = path.rpartition("/")[2]
        if not needs[name] <= set(loaded):
            raise OSError(name)
        loaded.append(name)

    monkeypatch.setattr(ctypes, "CDLL", load)

    assert native.load(tmp_path) == 3
    assert loaded == ["libc.so.1", "libb.so.0", "liba.so.0"]


def test_fonts_are_named_only_where_nobody_chose_others(tmp_path, monkeypatch):
    (tmp_path / "fonts.conf").touch()
    monkeypatch.setenv("FONTCONFIG_FILE", "/chosen")

    native.load(tmp_path)

    assert native.os.environ["FONTCONFIG_FILE"] == "/chosen"
