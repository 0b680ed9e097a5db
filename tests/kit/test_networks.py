"""Of an address a log keeps the network, and nothing of what is no address."""

import pytest

from elearn.kit.networks import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("127.0.0.1", "127.0.0.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        *((nonsense, "") for nonsense in (None, "", "x", "203.0.113.0/24", "unix:", "1.2.3.4.5", "'; --")),
    ],
)
def test_the_last_part_of_an_address_is_not_kept(address, network):
    assert network_of(address) == network
