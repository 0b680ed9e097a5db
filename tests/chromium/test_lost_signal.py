"""What is ticked survives a reload, the back button and a lost signal; what was sent is not ticked again."""

ASK = "/khoa-hoc/thanh-toan-so/quet-ma-qr/cau-hoi"
SEND = "button.big"
UNSENT = "Chưa gửi được, chạm gửi lại"


def tick(page):
    """Tick the first choice of every question."""
    questions = page.locator("fieldset.question")
    for number in range(questions.count()):
        questions.nth(number).locator("label").first.click()


def ticked(page):
    """Return the words of the choices that are ticked."""
    return page.locator("label.choice:has(:checked)").all_inner_texts()


def test_ticks_survive_a_reload_and_wait_for_the_signal(visit):
    page = visit()
    page.goto(ASK)
    tick(page)
    before = ticked(page)
    page.reload()
    assert ticked(page) == before and len(before) == 5
    page.context.set_offline(True)
    page.click(SEND)
    page.get_by_text("Chưa gửi được vì mất mạng").wait_for()
    assert page.inner_text(SEND) == UNSENT and page.url.endswith("/cau-hoi") and ticked(page) == before
    page.context.set_offline(False)
    page.click(SEND)
    page.wait_for_url("**/ket-qua/*")
    assert page.inner_text("h1").startswith("Bác đúng")
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_signal_that_is_there_in_name_only_is_noticed(visit):
    page = visit()
    page.goto(ASK)
    tick(page)
    page.route("**/readyz", lambda route: route.abort())
    page.click(SEND)
    page.get_by_text("Chưa gửi được vì mất mạng").wait_for()
    assert page.inner_text(SEND) == UNSENT
    page.unroute("**/readyz")
    page.click(SEND)
    page.wait_for_url("**/ket-qua/*")
    page.faults[:] = [fault for fault in page.faults if "readyz" not in fault and "ERR_FAILED" not in fault]


def test_going_back_after_the_result_shows_a_fresh_form(visit):
    page = visit()
    page.goto(ASK)
    tick(page)
    page.click(SEND)
    page.wait_for_url("**/ket-qua/*")
    page.go_back()
    page.wait_for_url("**/cau-hoi")
    assert ticked(page) == [] and page.inner_text(SEND) == "Gửi câu trả lời"


def test_without_script_going_back_finds_the_ticks_where_they_were(visit):
    page = visit(script=False)
    page.goto(ASK)
    tick(page)
    before = ticked(page)
    page.get_by_text("Đọc lại bài").click()
    page.wait_for_url("**/quet-ma-qr")
    page.go_back()
    page.wait_for_url("**/cau-hoi")
    assert ticked(page) == before
    page.click(SEND)
    page.wait_for_url("**/ket-qua/*")


def test_leaving_questions_open_on_purpose_works_with_script(visit):
    page = visit()
    page.goto(ASK)
    page.locator("fieldset.question label").first.click()
    page.click(SEND)
    page.get_by_text("Còn 4 câu chưa trả lời xong").wait_for()
    assert len(ticked(page)) == 1
    page.get_by_text("Gửi luôn, để trống 4 câu").click()
    page.wait_for_url("**/ket-qua/*")
    assert page.get_by_text("Câu này bác để trống.").count() == 4
