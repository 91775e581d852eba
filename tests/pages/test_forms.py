"""What people type becomes what commands take, or words at the field; what no browser sends is refused whole."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.problems import Problem
from api.pages.frame.forms import MOST_FIELDS, MOST_FILES, FieldWrong, Form, decimal_text, read_form, typed_decimal
from ledger.domain.money import euros_fr

URLENCODED = b"application/x-www-form-urlencoded"
BOUNDARY = b"multipart/form-data; boundary=x"


def form(**fields: str) -> Form:
    return Form(list(fields.items()))


@given(st.integers(0, 10**12))
def test_an_amount_is_read_as_it_is_printed(cents: int) -> None:
    assert form(amount=euros_fr(cents)).cents("amount") == cents
    assert form(amount=f"{cents // 100},{cents % 100:02d}").cents("amount") == cents
    assert form(amount=f"{cents // 100}.{cents % 100:02d} €").cents("amount") == cents


@pytest.mark.parametrize("typed", ["abc", "1,234", "--5", "1e5", "١٢", "12,5,0", "9" * 14, "∞", "0x10", "1 2,3 4 5"])
def test_what_is_no_amount_is_said_at_its_field(typed: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        form(amount=typed).cents("amount")
    assert wrong.value.name == "amount"
    assert typed not in wrong.value.words


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_value_or_words(text: str) -> None:
    sent = form(f=text)
    for read in (sent.cents, sent.decimal, sent.basis_points, sent.whole, sent.day):
        with suppress(FieldWrong):
            read("f")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1 250,50", "1250.5"), ("0,10", "0.1"), ("007", "7"), ("-3,0", "-3"), ("-0", "0"), ("", None), ("2", "2")],
)
def test_a_number_is_kept_as_entries_write_it(typed: str, kept: str | None) -> None:
    assert decimal_text(typed) == kept


@pytest.mark.parametrize("typed", ["1,234", "12,345", "123,456", "-1,000", "1,234 €"])
def test_a_comma_that_may_be_of_thousands_is_asked_about_on_an_english_page(typed: str) -> None:
    form = Form([("price", typed), ("lines-0-price", typed)])
    assert form.decimal("price") == decimal_text(typed)
    form.english = True
    for one, name in ((form, "price"), (form.rows("lines")[0], "price")):
        with pytest.raises(FieldWrong, match=name) as wrong:
            one.decimal(name)
        assert "1234 ou 1.234" in wrong.value.words


@pytest.mark.parametrize("typed", ["0,125", "1.234", "500,00", "500.00", "1,2345", "1234,567", "0,000"])
def test_numbers_that_can_be_read_one_way_are_read_alike_in_both_languages(typed: str) -> None:
    assert decimal_text(typed, english=True) == decimal_text(typed)


@given(st.decimals(-999_999, 999_999, places=3).map(lambda number: decimal_text(f"{number:f}") or ""))
def test_a_number_that_stands_in_a_field_is_read_as_it_was_kept_in_both_languages(kept: str) -> None:
    assert decimal_text(typed_decimal(kept)) == decimal_text(typed_decimal(kept), english=True) == kept


def test_a_rate_is_typed_in_percent() -> None:
    assert form(rate="5,5 %").basis_points("rate") == 550
    assert form(rate="").basis_points("rate") is None
    for typed in ("101", "5,555", "-1", "NaN", "Infinity", "1e30", "9" * 40, "1e999999", "1e-400"):
        with pytest.raises(FieldWrong):
            form(rate=typed).basis_points("rate")


def test_rows_of_a_list_come_in_order() -> None:
    sent = form(
        **{"lines-10-label": "b", "lines-2-label": "a", "lines-2-price": "1", "lines-x-label": "no", "l-1-z": ""}
    )
    assert [row.pairs for row in sent.rows("lines")] == [[("label", "a"), ("price", "1")], [("label", "b")]]


def test_a_form_is_read_in_either_form() -> None:
    plain = read_form(URLENCODED, b"a=1&b=%C3%A9+%0D%0Ac&a=2", files=False)
    assert (plain.all("a"), plain.text("b")) == (["1", "2"], "é \nc")
    body = (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xc3\xa9\r\n'
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="../evil.pdf"\r\nContent-Type: application/pdf'
        b"\r\n\r\n%PDF\r\n--x--\r\n"
    )
    sent = read_form(BOUNDARY, body, files=True)
    assert sent.text("a") == "é"
    (file,) = sent.files["f"]
    assert (file.name, file.media, file.body) == ("../evil.pdf", "application/pdf", b"%PDF")


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        (b"application/json", b"{}", "CONTENT_TYPE_UNSUPPORTED"),
        (None, b"a=1", "CONTENT_TYPE_UNSUPPORTED"),
        (b"text/plain", b"a=1", "CONTENT_TYPE_UNSUPPORTED"),
        (URLENCODED, b"a=%FF", "PARAMETER_INVALID"),
        (URLENCODED, b"a=%00", "PARAMETER_INVALID"),
        (URLENCODED, b"a=1&" * (MOST_FIELDS + 1), "PARAMETER_INVALID"),
        (BOUNDARY, b"--y\r\n\r\n", "PARAMETER_INVALID"),
        (b"multipart/form-data", b"--x--", "PARAMETER_INVALID"),
        (BOUNDARY, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--\r\n', "PARAMETER_INVALID"),
        (
            BOUNDARY,
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nb\r\n' * (MOST_FILES + 1)
            + b"--x--\r\n",
            "PARAMETER_INVALID",
        ),
    ],
)
def test_what_no_browser_sends_is_refused(kind: bytes | None, body: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        read_form(kind, body, files=True)
    assert refused.value.code == code


def test_a_page_without_files_takes_none() -> None:
    with pytest.raises(Problem):
        read_form(BOUNDARY, b"--x--\r\n", files=False)
