"""What a reader is told of another site's name: whose it is, and letters that imitate."""

import pytest

from elearn.kit.domains import destination


@pytest.mark.parametrize(
    ("address", "before", "own"),
    [
        ("https://dichvucong.gov.vn/x", "", "dichvucong.gov.vn"),
        ("https://dichvucong.haiphong.gov.vn", "dichvucong.", "haiphong.gov.vn"),
        ("https://dichvucong.gov.vn.lua-dao.com/gov.vn", "dichvucong.gov.vn.", "lua-dao.com"),
        ("https://dichvucong-gov.vn", "", "dichvucong-gov.vn"),
        ("https://lua-dao.haiphong.vn", "", "lua-dao.haiphong.vn"),
        ("https://a.b.lua-dao.haiphong.vn", "a.b.", "lua-dao.haiphong.vn"),
        ("https://www.shop.com.vn", "www.", "shop.com.vn"),
        ("https://chat.zalo.vn", "chat.", "zalo.vn"),
        ("https://WWW.BBC.co.uk", "www.", "bbc.co.uk"),
        ("https://vietcombank.lua-dao.web.app", "vietcombank.", "lua-dao.web.app"),
        ("https://gov.vn", "", "gov.vn"),
        ("https://may", "", "may"),
        ("http://x.vn:8080/a", "", "x.vn:8080"),
        ("https://a.x.vn:443/a", "a.", "x.vn"),
        ("https://x.vn:99999", "", "x.vn:99999"),
        ("http://192.168.1.7/a", "", "192.168.1.7"),
    ],
)
def test_the_registered_part_of_a_name_is_told_from_what_stands_before_it(address, before, own):
    to = destination(address)
    assert (to.before, to.own, to.host) == (before, own, before + own)


def test_a_name_in_own_letters_is_spelt_and_one_in_strange_letters_is_not():
    spelt = destination(f"https://{'tiếngviệt.vn'.encode('idna').decode()}/")
    assert spelt.host.startswith("xn--") and spelt.spelt == "tiếngviệt.vn" and not spelt.strange
    for name in ("vietcombаnk.com", "раура1.com", "zаlo.vn", "ıcloud.com", "αβγ.vn", "中国.cn"):
        label, _, top = name.partition(".")
        strange = destination(f"https://xn--{label.encode('punycode').decode()}.{top}")
        assert strange.strange and not strange.spelt, name
    for broken in ("xn--\u00e9", "xn--99999999999", "xn--"):
        assert destination(f"https://{broken}.vn").strange


def test_a_bare_number_an_open_line_and_an_office_are_seen():
    assert destination("http://1.2.3.4").numeric and destination("http://0x7f000001").numeric
    assert not destination("https://1.2.3.vn").numeric
    assert destination("https://x.vn").encrypted and not destination("http://x.vn").encrypted
    assert destination("https://a.gov.vn").official
    for other in ("https://gov.vn.com", "https://xgov.vn", "https://a.gov.vn.lua.com"):
        assert not destination(other).official
