from nestdesk.gui.instance import Instance, raise_first, server_name


def test_a_second_start_raises_the_first_window(qtbot, tmp_path):
    assert not raise_first(tmp_path)
    first = Instance(tmp_path)
    with qtbot.waitSignal(first.raise_requested):
        assert raise_first(tmp_path)


def test_another_data_folder_has_a_window_of_its_own(qtbot, tmp_path):
    first = Instance(tmp_path / "a")
    assert server_name(tmp_path / "a") != server_name(tmp_path / "b")
    assert not raise_first(tmp_path / "b")
    assert first is not None
