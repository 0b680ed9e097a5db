"""Forms: what a thumb types becomes regular, what is wrong is said kindly, nothing typed is lost."""

import re
import unicodedata
from datetime import date
from importlib.resources import files
from io import BytesIO

import pytest
from flask import Flask
from markupsafe import Markup
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import html_params

from elearn.kit.forms import (
    AgreeField,
    AtMost,
    CountField,
    DayField,
    DigitsField,
    Form,
    LineField,
    ParagraphField,
    PhoneField,
    SecretField,
    SmallFile,
    SourceField,
    attributes,
)
from elearn.kit.messages import MANY, ONE, TRY_AGAIN, Vietnamese

VIETNAMESE = re.compile(r"[à-ỹđ]", re.IGNORECASE)


class Everything(Form):
    name = LineField(
        "Tên hiển thị", most=20, missing="Xin điền tên.", autocomplete="name", description="Hai từ"
    )
    note = ParagraphField("Ghi chú", most=40, optional=True)
    lesson = SourceField("Bài", optional=True)
    phone = PhoneField("Số điện thoại", optional=True)
    code = DigitsField("Mã học", length=6, optional=True)
    adults = CountField("Số người lớn", most=5000, optional=True)
    day = DayField("Ngày", optional=True)
    plain = StringField("Trơn")
    place = HiddenField("Nơi")


@pytest.fixture
def app():
    app = Flask("forms")
    app.config.update(SECRET_KEY="for tests only", WTF_CSRF_ENABLED=False)
    with app.test_request_context("/", method="POST"):
        yield app


def filled(**typed):
    form = Everything(formdata=MultiDict({"name": "bà Lan"} | typed))
    form.validate()
    return form


@pytest.mark.parametrize("field", ["name", "plain", "place"])
def test_a_line_is_one_piece_without_hidden_signs_or_loose_blanks(app, field):
    typed = "  Nguyễn\u00a0 Thị\u200b \u202eHoa\x00 "
    form = filled(**{field: unicodedata.normalize("NFD", typed)})
    assert form[field].data == "Nguyễn Thị Hoa"


def test_a_paragraph_keeps_its_lines(app):
    assert filled(note=" một \r\n\r\nhai  ba \r\n").note.data == "một\n\nhai ba"


def test_a_source_keeps_its_layout(app):
    assert filled(lesson="## A\r\n\r\n    mã  hai\r\n").lesson.data == "## A\n\n    mã  hai\n"


def test_a_missing_text_is_empty_and_says_what_to_do(app):
    form = Everything(formdata=MultiDict({"plain": ""}))
    assert not form.validate()
    assert form.name.data == ""
    assert form.name.errors == ["Xin điền tên."]
    assert form.mistakes() == [("name", "Tên hiển thị", "Xin điền tên.")]


def test_a_long_text_is_refused_whole_and_kept_whole(app):
    form = filled(name="b" * 25)
    assert form.name.errors == ["Dài quá 5 chữ cái (nhiều nhất 20). Xin bớt lại."]
    assert "b" * 25 in str(form.name())
    assert "maxlength" not in str(form.name())


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912.345.678",
        "+84 912 345 678",
        "84912345678",
        "0084-912-345-678",
        "０９１２３４５６７８",
    ],
)
def test_a_mobile_number_is_kept_in_one_form(app, typed):
    form = filled(phone=typed)
    assert (form.phone.data, list(form.phone.errors)) == ("+84912345678", [])
    assert 'value="0912 345 678"' in str(form.phone())


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ("1900 1234", "tổng đài"),
        ("18001091", "tổng đài"),
        ("113", "tổng đài"),
        ("0225 3842 123", "máy bàn"),
        ("0123 456 7890", "số cũ"),
        ("912345678", "0912345678"),
        ("0912 345 67", "10 chữ số"),
        ("0112345678", "10 chữ số"),
        ("0912 34x 678", "chỉ gồm chữ số"),
        ("+1 212 555 0100", "10 chữ số"),
    ],
)
def test_what_is_no_mobile_number_is_refused_with_its_reason_and_stays_in_the_field(app, typed, because):
    form = filled(phone=typed)
    assert because in form.phone.errors[0]
    assert typed in str(form.phone())


def test_an_empty_phone_is_none(app):
    assert filled(phone="  ").phone.data is None
    assert filled().phone.data is None


def test_a_code_may_be_typed_in_groups(app):
    assert filled(code="48 39-20").code.data == "483920"
    assert filled(code="٤٨٣٩٢٠").code.data == "483920"
    assert filled(code="48392").code.errors == ["Mã này gồm đúng 6 chữ số. Xin xem lại từng số."]
    assert filled(code="48392o").code.errors


@pytest.mark.parametrize(("typed", "number"), [("1.250", 1250), ("0", 0), ("1 250", 1250), ("", None)])
def test_a_count_is_a_number(app, typed, number):
    form = filled(adults=typed)
    assert (form.adults.data, list(form.adults.errors)) == (number, [])


@pytest.mark.parametrize("typed", ["-1", "1.5", "12 0", "5001", "hai", "9" * 40, "1e3"])
def test_a_wrong_count_is_refused_and_kept(app, typed):
    form = filled(adults=typed)
    assert form.adults.errors
    assert typed in str(form.adults())


def test_a_required_count_says_so(app):
    class Group(Form):
        adults = CountField("Số người lớn", missing="Xin điền số người lớn của tổ.")

    form = Group(formdata=MultiDict())
    assert not form.validate()
    assert form.adults.errors == ["Xin điền số người lớn của tổ."]


def test_the_browser_leaves_refusing_to_our_sentences(app):
    class Neighbour(Form):
        name = LineField("Tên", missing="Xin ghi tên người học.")

    html = str(Neighbour(formdata=MultiDict()).name())
    assert 'aria-required="true"' in html and " required" not in html


def test_a_day_may_be_picked_or_typed(app):
    assert filled(day="2026-12-31").day.data == filled(day=" 31/12/2026").day.data == date(2026, 12, 31)
    assert filled(day="31/13/2026").day.errors == ["Xin viết ngày như thế này: 31/12/2026."]
    assert filled(day="0001-01-01").day.errors


def test_a_password_keeps_its_blanks_and_is_never_shown_again(app):
    class Staff(Form):
        password = SecretField("Mật khẩu", new=True, least=12)

    form = Staff(formdata=MultiDict({"password": " bốn từ rất dài "}))
    assert form.validate()
    assert form.password.data == " bốn từ rất dài "
    assert "dài" not in str(form.password())
    assert 'autocomplete="new-password"' in str(form.password())
    short = Staff(formdata=MultiDict({"password": "ngắn"}))
    assert not short.validate()
    assert "ít nhất 12" in short.password.errors[0]


def test_consent_is_an_act(app):
    class Keep(Form):
        agree = AgreeField("Tôi đồng ý", missing="Xin đánh dấu nếu bác đồng ý.")

    assert "checked" not in str(Keep(formdata=None).agree())
    form = Keep(formdata=MultiDict())
    assert not form.validate()
    assert form.agree.errors == ["Xin đánh dấu nếu bác đồng ý."]


def test_no_choice_made_says_so_in_vietnamese(app):
    class Pick(Form):
        group = RadioField("Tổ", choices=[SelectChoice("5", "Tổ 5"), SelectChoice("7", "Tổ 7")])

    form = Pick(formdata=MultiDict({"group": "9"}))
    assert not form.validate()
    assert form.group.errors == ["Xin chọn một mục trong danh sách."]


def test_a_phone_keyboard_is_told_what_will_be_typed(app):
    form = filled()
    assert 'inputmode="tel"' in str(form.phone())
    assert 'autocomplete="name"' in str(form.name())
    assert 'inputmode="numeric"' in str(form.code())
    assert 'enterkeyhint="next"' in str(form.name())


def test_a_field_points_at_its_hint_and_its_error(app):
    form = Everything(formdata=MultiDict())
    assert 'aria-describedby="name-hint"' in str(form.name())
    form.validate()
    assert 'aria-describedby="name-hint name-error"' in str(form.name())
    assert 'aria-invalid="true"' in str(form.name())
    assert "aria-describedby" not in str(form.note())


def uploaded(name, content):
    class Box:
        data = FileStorage(BytesIO(content), filename=name)

    return Box


@pytest.mark.parametrize(
    ("name", "content", "because"),
    [
        ("", b"", "Chưa có tệp"),
        ("a.exe", b"x", ".csv hoặc .xlsx"),
        ("a.csv", b"", "trống"),
        ("A.CSV", b"x" * 2049, "2 KB"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(name, content, because):
    with pytest.raises(Exception, match=re.escape(because)):
        SmallFile([".csv", ".xlsx"], 2048)(None, uploaded(name, content))


def test_a_fitting_file_is_taken_from_its_start():
    box = uploaded("A.CSV", b"x" * 2048)
    SmallFile([".csv", ".xlsx"], 2048)(None, box)
    assert box.data.read(1) == b"x"


def test_without_a_token_nothing_is_taken_and_the_sentence_is_kind():
    app = Flask("forms")
    app.secret_key = "for tests only"
    with app.test_request_context("/", method="POST", data={"name": "bà Lan"}):
        form = Everything()
        assert not form.validate_on_submit()
        assert form.csrf_token.errors == [TRY_AGAIN]
        assert form.name.data == "bà Lan"


@pytest.mark.parametrize(
    "body", ["[" * 5_000, "[1]", "1", "null", "{", '{"name": {"a": 1}}', '{"name": "bà Lan"}']
)
def test_a_form_is_read_from_a_form_alone(body):
    app = Flask("forms")
    app.config.update(SECRET_KEY="for tests only", WTF_CSRF_ENABLED=False)
    with app.test_request_context("/", method="POST", data=body, content_type="application/json"):
        form = Everything()
        assert not form.validate() and form.name.data == ""


def test_every_sentence_of_the_library_has_its_vietnamese():
    template = files("wtforms").joinpath("locale/wtforms.pot").read_text()
    singles = re.findall(r'msgid "(.+)"\nmsgstr', template)
    plurals = re.findall(r'msgid "(.+)"\nmsgid_plural', template)
    assert len(singles) + len(plurals) > 35
    assert set(singles) <= set(ONE)
    assert set(plurals) <= set(MANY)


def test_every_vietnamese_sentence_uses_only_what_it_is_given():
    for english, ours in (ONE | MANY).items():
        given, used = (set(re.findall(r"%\(\w+\)[sd]|%s|\{\w+\}", text)) for text in (english, ours))
        assert used <= given, english
        assert VIETNAMESE.search(ours), english


def test_an_unknown_sentence_comes_back_as_it_was():
    assert Vietnamese().gettext("Hm.") == "Hm."
    assert [Vietnamese().ngettext("one", "many", n) for n in (1, 2)] == ["one", "many"]


def test_exactly_the_limit_is_not_too_long():
    class Box:
        data = "a" * 5

    AtMost(5)(None, Box)


@pytest.mark.parametrize(
    "given",
    [
        {"name": "ten", "id": "ten", "value": "", "type": "text"},
        {"value": "a \" ' < > & é", "data_reveal": "x_y", "aria_label": "ờ", "class_": "big"},
        {"required": True, "checked": False, "value": Markup('<b>"</b>'), "size": 3, "x": None},
    ],
)
def test_attributes_are_written_as_the_library_writes_them(given):
    assert attributes(**given) == html_params(**given)
