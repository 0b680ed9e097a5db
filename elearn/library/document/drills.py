"""Real or fake (thật hay giả): invented messages and calls, with the signs that give them away.

`courses/drills.yaml` is a list of entries: key, form, sender, text, fake, signs, fine, why, facts. In a text
`[words](mark)` can be tapped; a mark stands under `signs` or under `fine`, with what it tells. Nothing in a
drill leads anywhere: an address in it is text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import yaml

from elearn.library.document.check_practice import BRANDS, INVENTED_PHONE, LONG_NUMBER, PHONE
from elearn.library.document.lines import GOOD_KEY, error
from elearn.library.document.model import PRINTED_FACT, Remark
from elearn.library.facts import Fact

# How something came: the word for it, and the look of the invented phone that shows it.
FORMS = {
    "sms": ("Tin nhắn SMS", "messages"),
    "chat": ("Tin nhắn trò chuyện", "messages"),
    "call": ("Cuộc gọi", "call"),
    "post": ("Điều bác nhìn thấy", "place"),
}
TAPPED = re.compile(r"\[([^\[\]]+)\]\(([^()]*)\)")
REQUIRED = ("key", "form", "sender", "text", "fake", "why", "facts")


class Piece(NamedTuple):
    """A stretch of a drill's text; with a mark it can be tapped."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Drill:
    """One message, call or sight, and whether it is real."""

    key: str
    form: str
    sender: str
    text: str
    fake: bool
    signs: Mapping[str, str]  # mark -> why it gives the swindler away
    fine: Mapping[str, str]  # mark -> why there is nothing wrong with it
    why: str
    facts: tuple[str, ...]
    line: int = 1

    @property
    def called(self) -> str:
        """Return the word for how it came."""
        return FORMS[self.form][0]

    @property
    def verdict(self) -> str:
        """Return what it is, said of a message, a call or a sight."""
        if not self.fake:
            return "Không thấy dấu hiệu lừa"
        return {"call": "Cuộc gọi này là lừa đảo", "post": "Chỗ này có lừa đảo"}.get(self.form, "Tin này giả")

    @property
    def look(self) -> str:
        """Return the look of the phone that shows it."""
        return FORMS[self.form][1]

    def pieces(self, words: Mapping[str, str]) -> list[Piece]:
        """Return the text in pieces; `words` says for each fact what is printed today."""
        found, end = [], 0
        for tapped in TAPPED.finditer(self.text):
            found += [Piece(self.text[end : tapped.start()]), Piece(tapped[1], tapped[2])]
            end = tapped.end()
        shown = [*found, Piece(self.text[end:])]
        return [one._replace(text=PRINTED_FACT.sub(lambda m: words.get(m[1], ""), one.text)) for one in shown]

    def rests_on(self) -> tuple[str, ...]:
        """Return the facts that it cites or prints, each once."""
        return tuple(dict.fromkeys([*self.facts, *PRINTED_FACT.findall(self.text)]))

    def stands(self, facts: Mapping[str, Fact], today: date) -> bool:
        """Return whether somebody vouches today for everything that it rests on."""
        return all(one in facts and facts[one].is_shown(today) for one in self.rests_on())


def parse_drills(text: str) -> tuple[list[Drill], list[Remark]]:
    """Return the drills that a file tells, and a remark for each that cannot be read; never raise."""
    try:
        entries = yaml.safe_load(text) or []
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        remedy = "Xem lại dấu hai chấm, dấu ngoặc kép và chỗ thụt vào ở dòng này."
        return [], [error(mark.line + 1 if mark else 1, "Tệp này không đọc được.", remedy)]
    if not isinstance(entries, list):
        return [], [error(1, "Tệp này phải là một danh sách.", "Mỗi tin bắt đầu bằng “- key: …”.")]
    drills: list[Drill] = []
    remarks: list[Remark] = []
    for line, entry in zip(_lines_of(text, len(entries)), entries, strict=True):
        faults = list(_faults(line, entry))
        remarks += faults
        if not faults:
            drills.append(_drill(line, entry))
    return drills, remarks


def check_drills(drills: list[Drill], facts: Mapping[str, Fact]) -> list[Remark]:
    """Return every remark on drills that could be read."""
    remarks: list[Remark] = []
    first: dict[str, int] = {}
    for drill in drills:
        if drill.key in first:
            message = f"Mã “{drill.key}” trùng với tin ở dòng {first[drill.key]}."
            remarks.append(error(drill.line, message, "Đổi mã của một trong hai tin."))
        first.setdefault(drill.key, drill.line)
        remarks += [*_signs(drill), *_facts(drill, facts), *_as_if_real(drill)]
    return sorted(set(remarks))


def _lines_of(text: str, count: int) -> list[int]:
    """Return the line on which each entry begins."""
    starts = [number for number, line in enumerate(text.split("\n"), 1) if line.startswith("- ")]
    return [*starts, *[1] * count][:count]


def _faults(line: int, entry: Any) -> Iterator[Remark]:
    if not isinstance(entry, dict):
        yield error(line, "Tin này không đọc được.", "Viết “- key: …” rồi các dòng thụt vào hai dấu cách.")
        return
    for name in REQUIRED:
        if name not in entry:
            yield error(line, f"Tin này thiếu dòng “{name}”.", f"Thêm “{name}: …”.")
    key = entry.get("key", "")
    if not (isinstance(key, str) and GOOD_KEY.fullmatch(key)) and "key" in entry:
        yield error(
            line, f"Mã “{key}” chưa đúng cách viết.", "Viết chữ thường không dấu, nối bằng gạch ngang."
        )
    if "form" in entry and str(entry["form"]) not in FORMS:
        yield error(line, f"Không có kiểu tin “{entry['form']}”.", f"Chọn một trong: {', '.join(FORMS)}.")
    if "fake" in entry and not isinstance(entry["fake"], bool):
        yield error(
            line, "Dòng “fake” phải là true hoặc false.", "Viết true cho tin giả, false cho tin thật."
        )
    for name in ("sender", "text", "why"):
        if name in entry and not isinstance(entry[name], str):
            yield error(line, f"Dòng “{name}” phải là chữ.", "Đặt cả câu trong ngoặc kép.")
    for name in ("signs", "fine"):
        if not _is_words(entry.get(name, {})):
            remedy = "Mỗi dòng là “mã: lời giải thích”, thụt vào bốn dấu cách."
            yield error(line, f"Phần “{name}” chưa đúng cách viết.", remedy)
    facts = entry.get("facts", [])
    if not (isinstance(facts, list) and all(isinstance(one, str) for one in facts)):
        yield error(line, "Dòng “facts” phải là danh sách mã dữ kiện.", "Viết “facts: [F-LINK]”.")


def _is_words(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for pair in value.items() for one in pair)


def _drill(line: int, entry: Mapping[str, Any]) -> Drill:
    return Drill(
        key=entry["key"],
        form=entry["form"],
        sender=entry["sender"],
        text=entry["text"],
        fake=entry["fake"],
        signs=entry.get("signs", {}),
        fine=entry.get("fine", {}),
        why=entry["why"],
        facts=tuple(entry["facts"]),
        line=line,
    )


def _signs(drill: Drill) -> Iterator[Remark]:
    marks = [mark for _, mark in TAPPED.findall(drill.text)]
    used = set(marks)
    for mark in sorted({mark for mark in marks if marks.count(mark) > 1}):
        yield error(drill.line, f"Mã “{mark}” có hai chỗ chạm.", "Đặt cho mỗi chỗ một mã riêng.")
    told = {*drill.signs, *drill.fine}
    for mark in sorted(used - told):
        message = f"Chỗ chạm “{mark}” chưa có lời giải thích."
        yield error(drill.line, message, "Thêm mã ấy vào “signs” (dấu hiệu lừa) hoặc “fine” (bình thường).")
    for mark in sorted(told - used):
        message = f"Lời giải thích “{mark}” không có chỗ chạm nào trong tin."
        yield error(drill.line, message, f"Đặt chữ trong tin vào [chữ]({mark}), hoặc bỏ lời giải thích.")
    if drill.fake and not drill.signs:
        yield error(drill.line, "Tin giả chưa có dấu hiệu nào.", "Thêm ít nhất một mã vào “signs”.")
    if not drill.fake and drill.signs:
        yield error(
            drill.line, "Tin thật mà lại có dấu hiệu lừa.", "Chuyển sang “fine”, hoặc viết fake: true."
        )


def _facts(drill: Drill, facts: Mapping[str, Fact]) -> Iterator[Remark]:
    if not drill.facts:
        yield error(
            drill.line, "Tin này chưa dựa vào dữ kiện nào.", "Thêm “facts: [mã]” có trong facts.yaml."
        )
    for one in drill.rests_on():
        if one not in facts:
            message = f"Không có dữ kiện nào mang mã “{one}”."
            yield error(drill.line, message, "Sửa lại mã, hoặc thêm dữ kiện này vào facts.yaml.")


def _as_if_real(drill: Drill) -> Iterator[Remark]:
    text = f"{drill.sender} {drill.text}"
    if found := BRANDS.search(text):
        message = f"“{found[0]}” là tên thật của một đơn vị."
        yield error(drill.line, message, "Đặt một tên bịa, ví dụ “Ngân hàng Sen Hồng”, “Chợ Nhà Mình”.")
    if "http" in text:
        yield error(
            drill.line, "Tin không được có đường link mở ra ngoài.", "Bỏ “http…”, chỉ viết tên trang."
        )
    rest = INVENTED_PHONE.sub(" ", text)
    if found := PHONE.search(rest) or LONG_NUMBER.search(rest):
        message = f"Số “{found[0]}” có thể là của người thật."
        yield error(drill.line, message, "Dùng số bịa 0900 000 và hai hoặc ba chữ số.")
