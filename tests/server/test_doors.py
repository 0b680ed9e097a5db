"""Where one may listen."""

import pytest

from elearn.kit.refused import Refused
from elearn.server import doors


def test_plain_http_stays_on_this_machine_unless_the_administrator_said_so():
    for host in ("127.0.0.1", "localhost", "::1"):
        doors.refuse_open_address(host, hall=False, proxies=0)
    doors.refuse_open_address("0.0.0.0", hall=False, proxies=1)
    for host in ("192.168.1.20", "0.0.0.0"):
        doors.refuse_open_address(host, hall=True, proxies=0)
        with pytest.raises(Refused, match="ELEARN_PROXIES=1"):
            doors.refuse_open_address(host, hall=False, proxies=0)
    with pytest.raises(Refused, match="ngoài Internet"):
        doors.refuse_open_address("8.8.8.8", hall=True, proxies=0)
    with pytest.raises(Refused, match="không phải địa chỉ IP"):
        doors.refuse_open_address("phuong", hall=True, proxies=0)
