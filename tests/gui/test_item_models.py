from PySide6.QtCore import Qt

from nestdesk.core.types import Conversation
from nestdesk.gui.item_models import Row, RowsModel, conversation_rows, expert_rows, source_rows, summary_rows


def test_the_model_keeps_qts_rules(qtmodeltester, qtbot):
    model = RowsModel()
    model.show([Row(1, "a", "x"), Row(2, "b")])
    qtmodeltester.check(model)
    model.show([Row(2, "b"), Row(3, "c")])
    qtmodeltester.check(model)
    model.show([])
    qtmodeltester.check(model)


def test_rows_that_stay_are_updated_in_place(qtbot):
    model = RowsModel()
    model.show([Row(1, "a", "waiting"), Row(2, "b")])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as changed:
        model.show([Row(1, "a", "learned"), Row(2, "b")])
    assert changed.args[0].row() == 0
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "a, learned"


def test_core_values_become_rows(fake):
    app = fake.FakeApp()
    rows = source_rows(app.sources())
    assert [(row.title, row.note, row.tone) for row in rows] == [
        ("Lighthouse report", "12 → 36 of 41", "success"),
        ("scan.pdf", "not learned", "danger"),
    ]
    assert [row.tone for row in expert_rows(app.list())] == ["fast", "slow"]
    assert summary_rows(app.summaries())[0].title.startswith("My boat")
    temporary = conversation_rows([Conversation(1, "", fake.NOW, fake.NOW, is_temporary=True)])[0]
    assert (temporary.title, temporary.note) == ("New chat", "temporary")
