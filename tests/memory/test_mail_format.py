"""A message says who wrote what to whom and when; its attachments are named and stay closed."""

from __future__ import annotations

import contextlib
import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nestdesk.core.errors import DocumentError
from nestdesk.memory import mail_format
from tests.memory.files import read, read_limited, write

DATE = "Thu, 02 Jan 2020 03:04:05 +0000"
HEAD = "Subject: Die Mühle\nFrom: Ada Löwe <ada@example.org>\nTo: Жук <beetle@example.org>\nDate: " + DATE


def make_message(text: str | None = "Sie steht am Fluß.\n", subject: str = "Die Mühle") -> EmailMessage:
    """Return a message as a mail program writes it."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Ada Löwe <ada@example.org>"
    message["To"] = "Жук <beetle@example.org>"
    message["Date"] = DATE
    message["X-Spam"] = "canary"
    if text is not None:
        message.set_content(text)
    return message


def make_mailbox(path: Path, messages: list[EmailMessage]) -> Path:
    """Write a mailbox as Python's own module does."""
    box = mailbox.mbox(path)
    for message in messages:
        box.add(message)
    box.close()
    return path


class TestMessage:
    @pytest.mark.parametrize("transfer", ["quoted-printable", "base64", "8bit"])
    @pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
    def test_head_and_text(self, tmp_path: Path, transfer: str, charset: str) -> None:
        message = make_message(None)
        message.set_content("Sie steht am Fluß.\n\nUnd dreht sich.\n", charset=charset, cte=transfer)
        document = read(write(tmp_path, "a.eml", bytes(message)))
        assert document.title == "Die Mühle"
        assert document.text == f"{HEAD}\n\nSie steht am Fluß.\n\nUnd dreht sich."
        assert (document.media_type, document.warnings) == ("message/rfc822", ())

    @pytest.mark.parametrize(("charset", "text"), [("koi8-r", "Колесо крутится."), ("iso-2022-jp", "水車は川のそば。")])
    def test_other_scripts(self, tmp_path: Path, charset: str, text: str) -> None:
        message = make_message(None, subject=text)
        message.set_content(text, charset=charset)
        document = read(write(tmp_path, "a.eml", bytes(message)))
        assert document.title == text
        assert document.text.endswith(f"\n\n{text}")

    def test_the_worker_gives_what_read_gives(self, tmp_path: Path) -> None:
        path = write(tmp_path, "a.eml", bytes(make_message()))
        assert read_limited(path) == read(path)

    def test_plain_text_is_preferred_wherever_it_stands(self, tmp_path: Path) -> None:
        message = make_message("Plain.")
        message.add_alternative("<p>canary</p>", subtype="html")
        assert read(write(tmp_path, "a.eml", bytes(message))).text == f"{HEAD}\n\nPlain."
        html_first = bytes(message).replace(b"text/plain", b"text/x").replace(b"text/html", b"text/plain")
        html_first = html_first.replace(b"text/x", b"text/html").replace(b"<p>canary</p>", b"Last.")
        assert read(write(tmp_path, "b.eml", html_first)).text == f"{HEAD}\n\nLast."

    def test_html_alone_is_read_as_it_is_seen(self, tmp_path: Path) -> None:
        message = make_message(None)
        message.set_content(
            "<title>canary</title><style>canary</style><nav>Links</nav><p>Sie <b>steht</b> am Flu&szlig;.</p>"
            "<p style='display:none'>canary</p>",
            subtype="html",
        )
        assert read(write(tmp_path, "a.eml", bytes(message))).text == f"{HEAD}\n\nLinks\n\nSie steht am Fluß."

    def test_empty_plain_text_gives_way(self, tmp_path: Path) -> None:
        message = make_message(" \n")
        message.add_alternative("<p>Said in HTML.", subtype="html")
        assert read(write(tmp_path, "a.eml", bytes(message))).text.endswith("\n\nSaid in HTML.")

    def test_attachments_are_named_and_not_read(self, tmp_path: Path) -> None:
        message = make_message("Anbei.")
        message.add_attachment(b"canary", maintype="application", subtype="pdf", filename="Mühle.pdf")
        message.add_attachment("canary", filename="notes.txt")
        message.add_attachment(make_message("canary", subject="Weitergeleitet"))
        document = read(write(tmp_path, "a.eml", bytes(message)))
        assert document.text == f"{HEAD}\nAttachments: Mühle.pdf, notes.txt, Weitergeleitet\n\nAnbei."
        assert document.warnings == ("Attachments were named but not read: 3.",)

    def test_texts_around_a_picture_are_one_text(self, tmp_path: Path) -> None:
        data = (
            b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nBefore.\n--b\nContent-Type: image/png\n\n"
            b"canary\n--b\nContent-Type: text/plain\n\nAfter.\n--b--\n"
        )
        assert read(write(tmp_path, "a.eml", data)).text == "Subject: x\n\nBefore.\n\nAfter."

    def test_heads_and_texts_that_break_the_rules(self, tmp_path: Path) -> None:
        data = (
            "Subject: Größe ohne Regel\nFrom: =?no-such?b?w7w=?= <a@b>\nTo: =?utf-8?b?w?= \n"
            "Content-Type: text/plain; charset=no-such\n\nÄrger."
        ).encode()
        document = read(write(tmp_path, "a.eml", data))
        assert document.title == "Größe ohne Regel"
        assert "From: ü <a@b>" in document.text
        assert document.text.endswith("\n\nÄrger.")

    @pytest.mark.parametrize("charset", ["us-ascii", "utf-8", "unknown-8bit"])
    def test_a_charset_that_is_not_the_one_it_says(self, tmp_path: Path, charset: str) -> None:
        text = "Колесо" if charset == "us-ascii" else "Ärger und Übermut"
        head = f"Subject: x\nContent-Type: text/plain; charset={charset}\n\n"
        body = text.encode("cp1252" if charset == "unknown-8bit" else "utf-8")
        assert read(write(tmp_path, "a.eml", head.encode() + body)).text == f"Subject: x\n\n{text}"

    def test_folded_subject_is_one_line(self, tmp_path: Path) -> None:
        data = b"Subject: The old\n mill\nFrom: a@b\n\nText."
        assert read(write(tmp_path, "a.eml", data)).title == "The old mill"

    def test_cut_off_message_is_read_with_a_warning(self, tmp_path: Path) -> None:
        message = make_message("Anbei.")
        message.add_attachment(b"x" * 3000, maintype="application", subtype="pdf", filename="a.pdf")
        data = bytes(message)
        document = read(write(tmp_path, "a.eml", data[: len(data) // 2]))
        assert document.text.endswith("Anbei.")
        assert any("ends in the middle" in warning for warning in document.warnings)

    def test_text_without_a_head_is_read_as_text(self, tmp_path: Path) -> None:
        document = read(write(tmp_path, "a.eml", "Nur Text: ß.\n\nMehr.".encode()))
        assert (document.text, document.media_type) == ("Nur Text: ß.\n\nMehr.", "text/plain")
        assert any("no head of an e-mail" in warning for warning in document.warnings)

    def test_web_page_named_eml_is_read_as_one(self, tmp_path: Path) -> None:
        document = read(write(tmp_path, "a.eml", b"<!DOCTYPE html><html><body><p>Log in</p></body></html>"))
        assert (document.text, document.media_type) == ("Log in", "text/html")

    def test_deep_nesting_ends_in_words(self, tmp_path: Path) -> None:
        parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000))
        with contextlib.suppress(DocumentError):
            assert read(write(tmp_path, "a.eml", f"Subject: x\n{parts}".encode())).text == "Subject: x"

    @given(
        st.binary(max_size=200),
        st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=b", "message/rfc822"]),
    )
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_body_is_read_or_refused_in_words(self, tmp_path: Path, body: bytes, content_type: str) -> None:
        head = f"Subject: x\nContent-Type: {content_type}\nContent-Transfer-Encoding: base64\n\n--b\n"
        with contextlib.suppress(DocumentError):
            assert read(write(tmp_path, "a.eml", head.encode() + body)).text.startswith("Subject: x")


class TestMailbox:
    def test_messages_in_order_each_under_its_head(self, tmp_path: Path) -> None:
        second = make_message("From here on it turns.\n", subject="水車")
        path = make_mailbox(tmp_path / "Archiv.mbox", [make_message(), second])
        document = read(path)
        assert document.title == "Archiv"
        assert document.text == (
            f"{HEAD}\n\nSie steht am Fluß.\n\n{HEAD.replace('Die Mühle', '水車')}\n\nFrom here on it turns."
        )
        assert (document.media_type, document.warnings) == ("application/mbox", ())
        assert read_limited(path) == document

    def test_reading_leaves_the_file_as_it_is(self, tmp_path: Path) -> None:
        path = make_mailbox(tmp_path / "a.mbox", [make_message()])
        before = path.read_bytes(), path.stat().st_mtime_ns
        path.chmod(0o400)
        read(path)
        assert (path.read_bytes(), path.stat().st_mtime_ns) == before

    @pytest.mark.parametrize("name", ["a.txt", "Inbox", "a.eml"])
    def test_mailboxes_have_many_names(self, tmp_path: Path, name: str) -> None:
        document = read(make_mailbox(tmp_path / name, [make_message(), make_message("Second.")]))
        assert document.media_type == "application/mbox"
        assert document.text.endswith("Second.")

    def test_a_letter_that_begins_with_from_is_no_mailbox(self, tmp_path: Path) -> None:
        letter = "From Ada\nTo: Bob\n\nThe mill turns."
        document = read(write(tmp_path, "a.txt", letter.encode()))
        assert (document.text, document.media_type) == (letter, "text/plain")

    def test_windows_line_ends(self, tmp_path: Path) -> None:
        path = make_mailbox(tmp_path / "a.mbox", [make_message("One."), make_message("Two.")])
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert read(path).text == f"{HEAD}\n\nOne.\n\n{HEAD}\n\nTwo."

    def test_attachments_of_all_messages_are_counted(self, tmp_path: Path) -> None:
        message = make_message("Anbei.")
        message.add_attachment(b"canary", maintype="application", subtype="pdf", filename="a.pdf")
        document = read(make_mailbox(tmp_path / "a.mbox", [message, message]))
        assert document.text.count("Attachments: a.pdf") == 2
        assert document.warnings == ("Attachments were named but not read: 2.",)

    def test_one_damaged_message_does_not_hide_the_others(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = mail_format._message

        def fail_once(message: EmailMessage) -> tuple[str, int]:
            if "bad" in str(message["Subject"]):
                raise IndexError("strange")
            return whole(message)

        monkeypatch.setattr(mail_format, "_message", fail_once)
        document = read(make_mailbox(tmp_path / "a.mbox", [make_message(subject="bad"), make_message("Good.")]))
        assert document.text == f"{HEAD}\n\nGood."
        assert document.warnings == ("Damaged messages were left out: 1.",)
        with pytest.raises(DocumentError, match="damaged and could not be read as a mailbox"):
            read(make_mailbox(tmp_path / "b.mbox", [make_message(subject="bad")]))

    def test_a_very_large_message_is_read_in_part(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mail_format, "MAX_MESSAGE_BYTES", 2_000)
        long = "\n".join(f"Line {n}." for n in range(1_000))
        document = read(make_mailbox(tmp_path / "a.mbox", [make_message(long), make_message("The next one.")]))
        assert "Line 9." in document.text
        assert "Line 999." not in document.text
        assert "The next one." in document.text
        assert "Very large messages were read in part: 1." in document.warnings

    def test_cut_off_mailbox_is_read_up_to_there(self, tmp_path: Path) -> None:
        path = make_mailbox(tmp_path / "a.mbox", [make_message("One."), make_message("Two, which goes on.")])
        path.write_bytes(path.read_bytes()[:-8])
        assert "One." in read(path).text

    def test_a_file_of_another_kind(self, tmp_path: Path) -> None:
        document = read(write(tmp_path, "a.mbox", b"Only text."))
        assert (document.text, document.media_type) == ("Only text.", "text/plain")
        assert document.warnings
