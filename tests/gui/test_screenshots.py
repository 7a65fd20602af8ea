from nestdesk.gui import screenshots


def test_a_tour_saves_every_view_in_both_themes(qtbot, tmp_path, monkeypatch, fake):
    monkeypatch.setattr(screenshots, "SETTLE_MS", 20)
    app = fake.FakeApp()
    saved = screenshots.shoot(
        lambda: fake.opened(app), tmp_path, tmp_path / "out", ["When was the lamp lit?"], [(1024, 700)]
    )
    names = {file.name.rsplit("-", 1)[0] for file in saved}
    views = ("start", "chat", "library", "source", "experts", "measured", "memory")
    assert names == {f"{view}-{theme}" for view in views for theme in ("light", "dark")}
    assert all(file.stat().st_size > 5_000 for file in saved)


def test_without_models_the_offer_to_set_up_is_pictured(qtbot, tmp_path, monkeypatch, fake):
    monkeypatch.setattr(screenshots, "SETTLE_MS", 20)
    saved = screenshots.shoot(
        lambda: fake.opened(fake.FakeApp(ready=False)), tmp_path, tmp_path / "out", [], [(1024, 700)]
    )
    assert {file.name.split("-")[0] for file in saved} == {"setup"}
