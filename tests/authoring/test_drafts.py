"""Writing at the desk: saving, the checker beside the lines, the preview, and two writers of one draft."""

import re
import unicodedata

import pytest

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.library.models import FactRow, Revision, RevisionSource, State
from elearn.people.models import Session
from elearn.people.permissions import Role
from tests.authoring.conftest import LESSON, make_lesson, save
from tests.ward import CAST

HOSTILE = LESSON.replace(
    "Gõ chữ trước, gõ dấu sau.",
    "<script>alert(1)</script> <img src=x onerror=alert(2)> [ấn đây](javascript:alert(3)) "
    "[kia](https://vi-du.vn) ![ảnh](https://xau.vn/a.png)",
).replace("- [ ] Gõ chữ f ở cuối", "- [ ] <b onclick=alert(4)>f</b> [x](javascript:alert(5))")
OWN_SCRIPT = re.compile(r'<script src="/static/(?:app|editor)\.js[^"]*" defer></script>')


def text_of(number: int = 1) -> str:
    return db.session.scalar(
        db.select(RevisionSource.text)
        .join(Revision, Revision.id == RevisionSource.revision_id)
        .where(Revision.number == number)
    )


def saves_of(page) -> str:
    return next(a["value"] for a in page.every("input") if a.get("name") == "saves")


def test_a_lesson_is_written_and_seen_as_a_phone_shows_it(desk):
    thu = desk("thu")
    draft = make_lesson(thu)
    page = thu.follow(save(thu, draft))
    assert page.says("Đã lưu bản nháp lúc")
    assert page.says("Máy đã đọc bài này và không có gì phải nhắc.")
    page = thu.follow(save(thu, draft, go="preview"))
    assert page.says("Gõ chữ trước, gõ dấu sau.")
    assert page.says("Câu 1 trên 1")
    phone, key = page.html.split("Đáp án (chỉ người soạn thấy)")
    assert "Chữ s cho dấu sắc." in key
    assert "Chữ s cho dấu sắc." not in phone
    assert not [form for form in page.every("form") if form.get("method") == "post"]


def test_a_new_lesson_has_a_frame_to_fill_in_that_the_checker_understands(desk):
    thu = desk("thu")
    draft = make_lesson(thu, "#Gõ dấu: sắc # huyền")
    page = thu.open(f"{draft}/viet")
    assert page.says("## Mở bài")
    assert not page.says("lỗi phải sửa")
    assert page.text["h1"] == "Viết bài: #Gõ dấu: sắc # huyền"


def test_a_question_gets_its_key_when_it_is_saved(desk):
    thu = desk("thu")
    draft = make_lesson(thu)
    save(thu, draft, LESSON.replace(" {#go-be}", ""))
    assert '### Bác muốn gõ chữ "bé". Bác làm gì? {#bac-muon-go-chu-be-bac-lam-gi}' in text_of()


def test_saving_the_same_twice_is_saving_once(desk):
    thu = desk("thu")
    draft = make_lesson(thu)
    save(thu, draft)
    saves = saves_of(thu.page)
    thu.send(f"{draft}/viet", expect=303, text=LESSON, saves=saves)
    assert [entry.action for entry in db.session.query(AuditEntry)].count("save draft") == 1


def test_each_remark_names_its_line_and_leads_there(desk):
    thu = desk("thu")
    draft = make_lesson(thu)
    page = thu.follow(save(thu, draft, LESSON.replace("Chạm vào ô", "Click vào ô").replace("- [x]", "- [ ]")))
    assert page.says("1 lỗi phải sửa")
    lines = [a["data-line"] for a in page.every("a") if "data-line" in a]
    assert len(lines) == len(set(lines)) + 1  # the step's line has two
    where = LESSON.split("\n").index("2. Chạm vào ô viết chữ.") + 1
    assert str(where) in lines[1:] and lines[0] != str(where)  # the error first
    items = {a.get("id") for a in page.every("li")}
    assert {f"dong-{line}" for line in lines} <= items
    assert page.says("Viết “chạm”.")


def test_an_empty_or_endless_text_is_refused_and_kept_on_the_page(desk):
    thu = desk("thu")
    draft = make_lesson(thu)
    page = save(thu, draft, " \n ", expect=422)
    assert page.says("Bài đang trống. Xin viết nội dung rồi lưu.")
    long = LESSON + "chữ " * 15_000
    body = thu.client.post(
        f"{draft}/viet", data={"text": long, "saves": "1", "csrf_token": thu.page.csrf_token}
    )
    assert body.status_code == 422
    html = body.get_data(as_text=True)
    assert "Dài quá" in html and "chữ cái" in html
    assert "chữ " * 15_000 in html


def test_sixty_thousand_letters_in_pieces_with_dos_line_breaks_and_word_quotes_are_kept(desk):
    thu = desk("thu")
    draft = make_lesson(thu)
    story = "“Gõ chữ trước, gõ dấu sau”, bác Hạnh dặn.\n\n"
    body = LESSON.replace("Gõ chữ trước, gõ dấu sau.\n", story * 1_300)
    body = body[: 60_000 - len(LESSON)] + LESSON[LESSON.index("\n## Câu hỏi") :]
    typed = unicodedata.normalize("NFD", body).replace("\n", "\r\n")
    page = thu.open(f"{draft}/viet")
    answer = thu.client.post(
        f"{draft}/viet", data={"text": typed, "saves": saves_of(page), "csrf_token": page.csrf_token}
    )
    assert answer.status_code == 303
    kept = text_of()
    assert kept == body.replace("“", '"').replace("”", '"')
    assert "\r" not in kept and unicodedata.is_normalized("NFC", kept)
    html = thu.open(f"{draft}/viet").html
    assert "ghép lại chữ có dấu bị tách rời, đổi ngoặc kép cong thành ngoặc thẳng" in html
    assert "Phần đọc dài quá 20.000 chữ cái" in html


@pytest.mark.parametrize(
    "filler", ["Gõ chữ trước, bác Hạnh dặn & nhớ.\n\n", "ô\n", "bác dặn " * 990 + "\n\n"]
)
def test_no_page_about_a_draft_of_sixty_thousand_letters_weighs_more_than_what_was_typed(desk, filler):
    """The check of every page leaves out what stands in the box to be written on, and nothing else."""
    thu, duc = desk("thu"), desk("duc")
    draft = make_lesson(thu)
    head, tail = LESSON.split("Gõ chữ trước, gõ dấu sau.\n")
    text = head + (filler * (60_000 // len(filler)))[: 59_900 - len(LESSON)] + tail
    save(thu, draft, text)
    for path in ("/viet", "", "/xem-truoc"):
        thu.open(draft + path)
    duc.open(f"{draft}/viet")
    duc.send(f"{draft}/viet", expect=409, text=text.replace("**Tin nhắn**", "**Zalo**"), saves="1")
    duc.open(draft)
    duc.send(f"{draft}/cong-bo", expect=422, saves="2", reason="Chưa có ai khác đọc.")


def test_hostile_markdown_is_saved_and_nothing_in_it_comes_alive(desk):
    thu = desk("thu")
    draft = make_lesson(thu)
    save(thu, draft, HOSTILE)
    for path in ("/viet", "/xem-truoc", ""):
        page = thu.open(draft + path)
        html = OWN_SCRIPT.sub("", page.html)
        assert "<script" not in html
        assert not [a for _, a in page.tags if any(name.startswith("on") for name in a)]
        assert not [a for a in page.every("a") if "javascript" in (a.get("href") or "")]
        assert not [a for a in page.every("img") if "src" in a]
        assert not page.every("b")
    page = thu.open(f"{draft}/xem-truoc")
    assert page.says("<script>alert(1)</script>")
    (out,) = [a for a in page.every("a") if "https://vi-du.vn" in (a.get("href") or "")]
    assert out == {"href": f"{draft}/roi-trang?toi=https://vi-du.vn", "rel": "nofollow noopener"}


def test_a_link_tried_in_the_preview_shows_what_residents_will_see_first_and_opens_no_other(desk, beside):
    thu = desk("thu")
    draft = make_lesson(thu)
    link = "[cổng](https://dichvucong.haiphong.gov.vn/a?b=1)"
    save(thu, draft, LESSON.replace("Gõ chữ trước", f"{link} Gõ chữ trước"))
    preview = thu.open(f"{draft}/xem-truoc")
    href = next(a["href"] for a in preview.every("a") if "roi-trang" in a.get("href", ""))
    page = thu.open(href)
    assert "dichvucong.<strong>haiphong.gov.vn</strong>" in page.html
    hrefs = [a.get("href") for a in page.every("a")]
    assert "https://dichvucong.haiphong.gov.vn/a?b=1" in hrefs and f"{draft}/xem-truoc" in hrefs
    for other in ("https://evil.test", "", "javascript:alert(1)", "//evil.test"):
        thu.open(f"{draft}/roi-trang?toi={other}", expect=404)
    desk("lan").open(href, expect=403)
    beside("duc", Role.EDITOR)
    desk("duc").open(href, expect=404)


@pytest.mark.parametrize(
    ("bomb", "sentence"),
    [
        ("[" * 5_000, "120 dấu ngoặc vuông"),
        ("chữ " * 3_000, "8.000 chữ cái"),
        ("> " * 40 + "a", "lồng quá 12 lớp"),
    ],
)
def test_a_render_bomb_is_saved_but_refused_with_a_sentence(desk, bomb, sentence):
    thu = desk("thu")
    draft = make_lesson(thu)
    text = LESSON.replace("Gõ chữ trước, gõ dấu sau.", bomb)
    page = thu.follow(save(thu, draft, text))
    assert sentence in page.text["main"]
    page = thu.open(f"{draft}/xem-truoc")
    assert sentence in page.text["main"]
    duc = desk("duc")
    duc.open(draft)
    refused = duc.send(f"{draft}/cong-bo", expect=422, saves="2", reason="Chưa có ai khác đọc.")
    assert sentence in refused.text["main"]


def test_a_second_writer_is_told_and_may_take_either_text_and_none_is_lost(desk):
    thu, duc = desk("thu"), desk("duc")
    draft = make_lesson(thu)
    save(thu, draft)
    mine, theirs = LESSON.replace("ba ve roi", "bà về rồi"), LESSON.replace("ba ve roi", "ba về rồi")
    saves = saves_of(duc.open(f"{draft}/viet"))
    save(thu, draft, theirs)
    page = duc.send(f"{draft}/viet", expect=409, text=mine, saves=saves)
    assert page.says("Phạm Thị Thu đã lưu bài này trong lúc anh chị viết.")
    assert "bà về rồi" in page.text["main"] and "ba về rồi" in page.text["main"]
    assert text_of() == theirs
    again = saves_of(page)
    duc.send(f"{draft}/hai-ban", expect=303, text=mine, saves=again, way="mine")
    assert (text_of(), text_of(2)) == (mine, theirs)
    duc.send(f"{draft}/hai-ban", expect=303, text=mine, saves=again, way="mine")
    assert db.session.query(Revision).count() == 2
    aside = db.session.query(Revision).filter_by(number=2).one()
    assert (aside.state, aside.author_id) == (State.RETIRED, db.session.get(Revision, 1).author_id)


def test_a_second_writer_may_leave_the_first_text_and_keep_own_in_the_history(desk):
    thu, duc = desk("thu"), desk("duc")
    draft = make_lesson(thu)
    saves = saves_of(duc.open(f"{draft}/viet"))
    save(thu, draft)
    mine = LESSON.replace("ba ve roi", "bà về rồi")
    page = duc.send(f"{draft}/viet", expect=409, text=mine, saves=saves)
    for _ in range(2):
        duc.send(f"{draft}/hai-ban", expect=303, text=mine, saves=saves_of(page), way="theirs")
    assert (text_of(), text_of(2)) == (LESSON, mine)
    assert db.session.query(Revision).count() == 2


def test_a_second_writer_may_keep_both_texts_as_drafts(desk):
    thu, duc = desk("thu"), desk("duc")
    draft = make_lesson(thu)
    saves = saves_of(duc.open(f"{draft}/viet"))
    save(thu, draft)
    mine = LESSON.replace("ba ve roi", "bà về rồi")
    page = duc.send(f"{draft}/viet", expect=409, text=mine, saves=saves)
    for _ in range(2):
        answer = duc.send(f"{draft}/hai-ban", expect=303, text=mine, saves=saves_of(page), way="apart")
        assert answer.headers["Location"].endswith("/2/viet")
    assert (text_of(), text_of(2)) == (LESSON, mine)
    assert {row.state for row in db.session.query(Revision)} == {State.DRAFT}


def test_of_two_very_long_texts_only_the_lines_that_differ_are_shown(desk):
    thu, duc = desk("thu"), desk("duc")
    draft = make_lesson(thu)
    saves = saves_of(duc.open(f"{draft}/viet"))
    long = LESSON.replace("Gõ chữ trước, gõ dấu sau.", "Dòng này giống nhau.\n\n" * 700)
    page = thu.open(f"{draft}/viet")
    thu.send(f"{draft}/viet", expect=303, text=long, saves=saves_of(page))
    page = duc.send(f"{draft}/viet", expect=409, text=long.replace("ba ve", "bà về"), saves=saves)
    assert page.says("ở đây chỉ có những dòng khác nhau")
    rows = [line for line in page.text["main"].split("\n") if "ba ve" in line or "bà về" in line]
    assert page.html.count("<tr>") == 2 and rows


def test_a_third_writer_in_between_is_told_of_too(desk):
    thu, duc = desk("thu"), desk("duc")
    draft = make_lesson(thu)
    saves = saves_of(duc.open(f"{draft}/viet"))
    save(thu, draft)
    mine = LESSON.replace("ba ve roi", "bà về rồi")
    page = duc.send(f"{draft}/viet", expect=409, text=mine, saves=saves)
    save(thu, draft, LESSON.replace("ba ve roi", "con về"))
    page = duc.send(f"{draft}/hai-ban", expect=409, text=mine, saves=saves_of(page), way="mine")
    assert "con về" in page.text["main"]


def test_who_opens_a_draft_that_a_colleague_saved_minutes_ago_is_warned(desk):
    thu, duc = desk("thu"), desk("duc")
    draft = make_lesson(thu)
    save(thu, draft)
    assert duc.open(f"{draft}/viet").says("Phạm Thị Thu vừa lưu bản này lúc")
    assert not thu.open(f"{draft}/viet").says("vừa lưu bản này")
    with transaction():
        db.session.get(Revision, 1).saved_at = now().replace(year=2020)
    assert not duc.open(f"{draft}/viet").says("vừa lưu bản này")


def test_what_was_typed_on_a_text_that_was_published_meanwhile_becomes_a_new_draft(desk):
    thu, duc = desk("thu"), desk("duc")
    draft = make_lesson(thu)
    save(thu, draft)
    saves = saves_of(thu.open(f"{draft}/viet"))
    page = duc.open(draft)
    duc.send(f"{draft}/cong-bo", expect=303, saves=saves_of(page))
    mine = LESSON.replace("ba ve roi", "bà về rồi")
    page = thu.send(f"{draft}/viet", expect=422, text=mine, saves=saves)
    assert page.says("Bản này đã công bố nên không sửa được nữa.")
    assert "bà về rồi" in page.text["main"]
    thu.send(f"{draft}/viet", expect=303, text=mine, saves=saves, go="apart")
    assert (text_of(), text_of(2)) == (LESSON, mine)


def test_an_editor_who_writes_in_a_text_under_review_is_told_what_that_means(desk):
    thu, duc = desk("thu"), desk("duc")
    draft = make_lesson(thu)
    save(thu, draft)
    thu.open(draft)
    thu.send(f"{draft}/gui-duyet", expect=303)
    assert duc.open(f"{draft}/viet").says("Nếu anh chị sửa và lưu, anh chị thành người viết")
    assert not thu.open(f"{draft}/viet").says("anh chị thành người viết")


def test_a_question_on_an_unchecked_fact_is_marked_as_not_asked_today(desk):
    with transaction():
        db.session.add(
            FactRow(
                id="F-PHIM", label="Phím dấu", value="chữ s", status="one-source",
                fallback="xem trên bàn phím", source="thử máy", checked_on=now().date(), review_months=6,
            )
        )  # fmt: skip
    thu = desk("thu")
    draft = make_lesson(thu)
    text = LESSON.replace("gõ dấu sau.", "gõ {F-PHIM} sau.").replace("> Chữ s", "> [F-PHIM] Chữ s")
    page = thu.follow(save(thu, draft, text, go="preview"))
    assert page.says("gõ xem trên bàn phím sau.")
    assert page.says("hôm nay không hỏi")
    assert page.says("Trả lời 0 câu hỏi")
    page = thu.open(f"{draft}/viet")
    assert page.says("{F-PHIM}") and page.says("chưa kiểm hoặc quá hạn")


def test_reading_and_previewing_writes_nothing(desk):
    thu = desk("thu")
    draft = make_lesson(thu)
    save(thu, draft)
    before = [(row.id, row.saves, row.saved_at, row.state) for row in db.session.query(Revision)]
    entries = db.session.query(AuditEntry).count()
    for path in ("", "/viet", "/xem-truoc", ".md", "?voi=1"):
        thu.open(draft + path)
    for path in ("gui-duyet", "rut-lai", "bo", "khoi-phuc", "hai-ban"):
        thu.open(f"{draft}/{path}", expect=405)
    assert [(row.id, row.saves, row.saved_at, row.state) for row in db.session.query(Revision)] == before
    assert db.session.query(AuditEntry).count() == entries


def test_what_was_typed_outlives_the_session_and_is_saved_after_signing_in_again(desk):
    thu = desk("thu")
    draft = make_lesson(thu)
    page = thu.open(f"{draft}/viet")
    saves, part = saves_of(page), CAST["thu"]
    with transaction():
        db.session.execute(db.delete(Session))
    late = thu.send(f"{draft}/viet", expect=409, text=LESSON, saves=saves, go="preview")
    held = next(a["value"] for a in late.every("input") if a.get("name") == "held")
    again = thu.send("/dang-nhap", who=part.phone, secret=part.secret, held=held)
    fields = {a["name"]: a["value"] for a in again.every("input") if a.get("type") == "hidden"}
    assert f"{draft}/viet" in [form["action"] for form in again.every("form")]
    answer = thu.send(f"{draft}/viet", expect=303, **fields)
    assert answer.headers["Location"] == f"{draft}/xem-truoc"
    assert text_of() == LESSON
