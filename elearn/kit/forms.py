"""Forms that suit a phone: protected against forgery, kind in Vietnamese, keeping what was typed.

A template shows the hint of a field under the id `<field id>-hint` and its errors under `<field id>-error`;
the field points at both by itself.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from markupsafe import Markup, escape
from wtforms import BooleanField, DateField, PasswordField, StringField, TextAreaField
from wtforms.fields.core import Field
from wtforms.validators import DataRequired, InputRequired, Optional, StopValidation, ValidationError
from wtforms.widgets import Input, TelInput
from wtforms.widgets.core import clean_key  # type: ignore[attr-defined, unused-ignore]

from elearn.kit import typed
from elearn.kit.messages import MISSING, NO_FILE, NUMBER, TRY_AGAIN, Vietnamese

ISO, VIETNAMESE_DAY = "%Y-%m-%d", "%d/%m/%Y"


def attributes(**given: object) -> Markup:
    """Return the attributes of a field as HTML, as WTForms does, without its detour over `str.format`."""
    return Markup(  # noqa: S704 - names come from the program, values are escaped
        " ".join(
            clean_key(name) if value is True else f'{clean_key(name)}="{_quoted(value)}"'
            for name, value in sorted(given.items())
            if value is not False
        )
    )


def _quoted(value: object) -> str:
    return str(escape(value)).replace('"', "&quot;")


# What it writes about each field costs more than a small page.
Input.html_params = staticmethod(attributes)  # type: ignore[method-assign, assignment, unused-ignore]


class Mistake(NamedTuple):
    """One thing to put right, for the list at the top of a refused form."""

    field_id: str
    label: str
    sentence: str


class _ForgeryGuard(FlaskForm.Meta.csrf_class):  # type: ignore[misc]
    def validate_csrf_token(self, form: Any, field: Any) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError:
            raise ValidationError(TRY_AGAIN) from None


class Form(FlaskForm):  # type: ignore[misc]
    """The parent of every form."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How fields of every form are made, shown and corrected."""

        csrf_class = _ForgeryGuard

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read a form from a form alone: JSON, which no page of ours sends, could be of any shape."""
            return None if formdata is _Auto and request.is_json else super().wrap_formdata(form, formdata)

        def get_translations(self, form: Any) -> Vietnamese:
            """Return our own catalogue."""
            return Vietnamese()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Make every typed text regular before any check sees it."""
            tidy = _tidy_for(unbound_field.field_class)
            if tidy:
                options["filters"] = [tidy, *unbound_field.kwargs.get("filters", ())]
            return unbound_field.bind(form=form, **options)

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            """Tie the field to its hint and its errors for those who listen to the page.

            The browser's own check of `required` is not used: its bubble speaks the language of the
            phone, does not say what to do, and is gone in a moment.
            """
            parts = [f"{field.id}-hint"] * bool(field.description) + [f"{field.id}-error"] * bool(
                field.errors
            )
            if parts:
                render_kw.setdefault("aria-describedby", " ".join(parts))
            if field.errors:
                render_kw.setdefault("aria-invalid", "true")
            if field.flags.required:
                render_kw.setdefault("required", False)
                if field.type != "_Option":
                    render_kw.setdefault("aria-required", "true")
            return super().render_field(field, render_kw)

    def mistakes(self) -> list[Mistake]:
        """Return what to put right, in the order of the page, the first sentence of each field."""
        return [
            Mistake(field.id, str(field.label.text), str(field.errors[0])) for field in self if field.errors
        ]


class AtMost:
    """Refuse a text that is too long, saying by how much.

    The browser's own `maxlength` is not used: it cuts a pasted text silently.
    """

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: Any, field: Any) -> None:
        over = len(field.data or "") - self.most
        if over > 0:
            raise ValidationError(f"Dài quá {over} chữ cái (nhiều nhất {self.most}). Xin bớt lại.")


class LineField(StringField):
    """One line of text: a name, a place, a title."""

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] = (),
        *,
        most: int = 120,
        missing: str = MISSING,
        optional: bool = False,
        **options: Any,
    ) -> None:
        checks = [_presence(optional, missing), AtMost(most), *validators]
        super().__init__(label, checks, **_keyboard(options))


class ParagraphField(TextAreaField):
    """Several lines of plain text: a reason, a note, an answer in one's own words."""

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] = (),
        *,
        most: int = 2000,
        missing: str = MISSING,
        optional: bool = False,
        rows: int = 4,
        **options: Any,
    ) -> None:
        checks = [_presence(optional, missing), AtMost(most), *validators]
        super().__init__(label, checks, **_keyboard(options, enterkeyhint="enter", rows=str(rows)))


class SourceField(ParagraphField):
    """A text that is kept exactly as it is laid out: the source of a lesson."""

    tidy = staticmethod(typed.source)

    def __init__(self, label: str = "", validators: Sequence[Any] = (), **options: Any) -> None:
        options.setdefault("most", 60_000)
        super().__init__(label, validators, rows=24, **options)


class PhoneField(StringField):
    """A Vietnamese mobile number; its data is "+84…", or None when it was left empty."""

    widget = TelInput()

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] = (),
        *,
        missing: str = "Xin điền số điện thoại di động, ví dụ 0912 345 678.",
        optional: bool = False,
        **options: Any,
    ) -> None:
        checks = [_presence(optional, missing), *validators]
        options["filters"] = [*options.get("filters", ()), _kept_number]
        super().__init__(label, checks, **_keyboard(options, inputmode="tel", autocomplete="tel"))

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not a mobile number, saying what it seems to be."""
        if self.data and not typed.mobile_number(self.data):
            raise StopValidation(typed.why_not_mobile(self.data))

    def _value(self) -> str:
        return typed.spoken_number(self.data or "")


class DigitsField(StringField):
    """A code of so many digits, however they are grouped; its data is the bare digits."""

    tidy = staticmethod(typed.digits)

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] = (),
        *,
        length: int,
        missing: str = "",
        optional: bool = False,
        **options: Any,
    ) -> None:
        self.length = length
        checks = [_presence(optional, missing or f"Xin điền {length} chữ số."), *validators]
        super().__init__(label, checks, **_keyboard(options, inputmode="numeric", enterkeyhint="go"))

    def pre_validate(self, form: Any) -> None:
        """Refuse another number of digits, or letters."""
        if self.data and not (self.data.isascii() and self.data.isdigit() and len(self.data) == self.length):
            raise StopValidation(f"Mã này gồm đúng {self.length} chữ số. Xin xem lại từng số.")


class CountField(StringField):
    """A whole number of people, households or points: "1.250" or "1250"; its data is an int or None."""

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] = (),
        *,
        least: int = 0,
        most: int = 10_000_000,
        missing: str = NUMBER,
        optional: bool = False,
        **options: Any,
    ) -> None:
        self.least, self.most, self.optional, self.missing = least, most, optional, missing
        options["filters"] = [*options.get("filters", ()), _whole_number]
        super().__init__(label, list(validators), **_keyboard(options, inputmode="numeric"))

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no whole number, or too small, or too large."""
        if self.data is None and self.optional:
            raise StopValidation
        if self.data is None:
            raise StopValidation(self.missing)
        if not isinstance(self.data, int):
            raise StopValidation(NUMBER)
        if not self.least <= self.data <= self.most:
            raise StopValidation(f"Xin điền một số từ {self.least} đến {self.most}.")


class DayField(DateField):
    """A day, picked in the phone's calendar or typed as 31/12/2026; its data is a date or None."""

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] = (),
        *,
        missing: str = "Xin chọn một ngày, ví dụ 31/12/2026.",
        optional: bool = False,
        **options: Any,
    ) -> None:
        # InputRequired, not DataRequired: the latter would hide that a day was typed but not understood
        checks = [Optional() if optional else InputRequired(missing), *validators]
        super().__init__(label, checks, format=[ISO, VIETNAMESE_DAY], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, and refuse years that the tables cannot mean."""
        super().process_formdata([typed.line(value) for value in valuelist])
        if isinstance(self.data, date) and not 1900 <= self.data.year <= 2200:
            self.data = None
            raise ValueError(self.gettext("Not a valid date value."))


class SecretField(PasswordField):
    """A password; it is never shown again. `new` asks the phone to offer keeping it."""

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] = (),
        *,
        new: bool = False,
        least: int = 0,
        missing: str = "Xin điền mật khẩu.",
        optional: bool = False,
        **options: Any,
    ) -> None:
        self.least = least
        autocomplete = "new-password" if new else "current-password"
        checks = [Optional() if optional else DataRequired(missing), *validators]
        super().__init__(label, checks, **_keyboard(options, autocomplete=autocomplete, enterkeyhint="go"))

    def pre_validate(self, form: Any) -> None:
        """Refuse what is too short, or so long that hashing it would be an attack."""
        if self.data and len(self.data) < self.least:
            raise StopValidation(f"Mật khẩu cần ít nhất {self.least} ký tự. Xin viết dài thêm.")
        if len(self.data or "") > 200:
            raise StopValidation("Mật khẩu dài nhất 200 ký tự. Xin viết ngắn lại.")


class AgreeField(BooleanField):
    """A box that one ticks oneself; it is never ticked beforehand. With `missing`, it must be ticked."""

    def __init__(
        self, label: str = "", validators: Sequence[Any] = (), *, missing: str = "", **options: Any
    ) -> None:
        checks = [DataRequired(missing)] if missing else []
        super().__init__(label, [*checks, *validators], **options)


class SmallFile:
    """Ask for a file, with one of the endings, of at most so many bytes."""

    def __init__(self, endings: Sequence[str], most_bytes: int) -> None:
        self.endings, self.most_bytes = tuple(endings), most_bytes

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data or not field.data.filename:
            raise StopValidation(NO_FILE)
        if not field.data.filename.lower().endswith(self.endings):
            raise StopValidation(f"Chỉ nhận tệp {' hoặc '.join(self.endings)}. Xin chọn tệp khác.")
        field.data.stream.seek(0, 2)
        size = field.data.stream.tell()
        field.data.stream.seek(0)
        if size == 0:
            raise StopValidation("Tệp này trống. Xin chọn tệp khác.")
        if size > self.most_bytes:
            raise StopValidation(f"Tệp lớn quá {self.most_bytes // 1024} KB. Xin chia nhỏ rồi gửi từng phần.")


def _presence(optional: bool, missing: str) -> Any:
    return Optional() if optional else DataRequired(missing)


def _keyboard(options: dict[str, Any], **defaults: str) -> dict[str, Any]:
    """Move what a phone's keyboard wants to know from the options into the field's attributes."""
    attributes = {"autocomplete": "off", "enterkeyhint": "next", **defaults}
    for name in ("inputmode", "autocomplete", "enterkeyhint", "autocapitalize", "placeholder", "rows"):
        if name in options:
            attributes[name] = options.pop(name)
    options["render_kw"] = attributes | (options.get("render_kw") or {})
    return options


def _tidy_for(field_class: type[Field]) -> Any:
    if not issubclass(field_class, StringField):
        return None
    tidy = getattr(field_class, "tidy", None)
    if tidy is None and issubclass(field_class, PasswordField):
        tidy = typed.source  # blanks belong to a password
    if tidy is None:
        tidy = typed.paragraphs if issubclass(field_class, TextAreaField) else typed.line
    return lambda data: tidy(data or "") if data is None or isinstance(data, str) else data


def _kept_number(data: str) -> str | None:
    return typed.mobile_number(data) or data or None


def _whole_number(data: str | int) -> str | int | None:
    if data == "":
        return None
    return typed.whole_number(str(data)) if typed.whole_number(str(data)) is not None else data
