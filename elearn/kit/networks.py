"""From which network somebody comes, as a log may keep it: the address without its last part."""

import ipaddress

KEPT_BITS = {4: 24, 6: 48}  # a street or a provider's customer, not a phone


def network_of(address: str | None) -> str:
    """Return the network of an address, "203.0.113.0/24" or "2001:db8:1::/48"; "" for what is no address."""
    try:
        known = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    known = getattr(known, "ipv4_mapped", None) or known
    return str(ipaddress.ip_network((known, KEPT_BITS[known.version]), strict=False))
