"""What is heard of an answer, and when it fits what was asked."""

from bench.load import Answer, Ask, misfit, read, written


def heard(text):
    return bytearray(text.encode())


def test_an_answer_is_whole_when_its_length_has_come():
    head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    assert read(heard(head + "Chà"), ended=False) is None
    assert read(heard(head + "Chào"), ended=False).body == "Chào".encode()


def test_chunks_are_put_together():
    head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert read(heard(head + "3\r\nabc\r\n"), ended=False) is None
    assert read(heard(head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), ended=False).body == b"abcde"


def test_an_unchanged_page_has_no_body():
    assert read(heard("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"), ended=False).status == 304


def test_an_answer_without_its_marker_does_not_fit():
    ask = Ask("/", marker="Bác Lan")
    assert misfit(ask, Answer(200, "", "Chào Bác Lan".encode(), False)) == ""
    assert misfit(ask, Answer(200, "", b"Who are you?", False)) == "without 'Bác Lan'"
    assert misfit(ask, Answer(503, "", "Bác Lan".encode(), False)) == "status 503"


def test_a_redirect_fits_by_where_it_leads():
    ask = Ask("/", status=303, marker="/ket-qua/")
    head = "HTTP/1.1 303 See Other\r\nlocation: /khoa-hoc/ket-qua/1"
    assert misfit(ask, Answer(303, head, b"", False)) == ""
    assert misfit(ask, Answer(303, "HTTP/1.1 303\r\nLocation: /dang-nhap", b"", False)) == "led elsewhere"


def test_a_form_is_sent_with_its_length():
    request = written(Ask("/luot-lam", "POST", (("Cookie", "a=b"),), "tên=Lan"), "phuong.localhost").decode()
    assert request.startswith("POST /luot-lam HTTP/1.1\r\nHost: phuong.localhost\r\nCookie: a=b\r\n")
    assert request.endswith("Content-Length: 8\r\n\r\ntên=Lan")
