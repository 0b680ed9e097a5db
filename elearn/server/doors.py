"""Where one may listen: an address that keeps what is sent to itself, a port that is free."""

import contextlib
import errno
import ipaddress
import socket

from elearn.kit.refused import Refused


def refuse_busy_port(host: str, port: int) -> None:
    """Raise Refused, with what to do, when nobody could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family)) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as fault:
            raise Refused(_why_not_listen(fault.errno, host, port)) from None


def _why_not_listen(number: int | None, host: str, port: int) -> str:
    other = port + 1 if 1023 < port < 65_535 else 8_000
    if number == errno.EADDRINUSE:
        return (
            f"Cổng {port} đang có chương trình khác dùng (có thể nền tảng đang chạy ở cửa sổ khác).\n"
            f"Hãy tắt chương trình đó, hoặc chọn cổng khác, ví dụ: PORT={other} python3 -m elearn run"
        )
    if number == errno.EACCES:
        return f"Máy không cho dùng cổng {port}. Hãy chọn cổng từ 1024 trở lên, ví dụ: PORT={other}"
    return f"Không mở được địa chỉ {host}:{port}. Xin xem lại địa chỉ, hoặc dùng 127.0.0.1."


def refuse_open_address(host: str, *, hall: bool, proxies: int) -> None:
    """Raise Refused where plain http would leave this machine without the administrator having said so."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise Refused(f"{host} không phải địa chỉ IP. Xin dùng 127.0.0.1 hoặc địa chỉ của máy này.") from None
    if address.is_loopback or proxies or (hall and not address.is_global):
        return
    if hall:
        raise Refused(
            f"{host} là địa chỉ ngoài Internet; ELEARN_HALL chỉ dành cho mạng riêng của hội trường.\n"
            "Hãy dùng địa chỉ trong mạng riêng, hoặc đặt máy chủ HTTPS phía trước (xem docs/server.md)."
        )
    raise Refused(
        f"Chưa mã hóa đường truyền nên chỉ phục vụ tại 127.0.0.1, không phục vụ tại {host}.\n"
        "Hãy đặt máy chủ HTTPS (Caddy, nginx) phía trước rồi khai ELEARN_PROXIES=1 (xem docs/server.md);\n"
        "nếu chỉ dùng trong mạng riêng của hội trường, đặt ELEARN_HALL=1."
    )
