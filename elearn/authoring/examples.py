"""Ready-made pieces of a lesson, to be put in with one tap or copied by hand."""

from typing import NamedTuple


class Example(NamedTuple):
    """A piece of a lesson: what it is called, and its text."""

    name: str
    text: str
    inline: bool = False  # goes into the line where the writer is, not below it


EXAMPLES = (
    Example("Tên phần", "## Tên phần\n"),
    Example("Bước", "1. Mở **tên ứng dụng**.\n2. Chạm **tên nút**.\n"),
    Example("Nhớ nhé", "## Nhớ nhé\nViết một điều cần nhớ nhất.\n"),
    Example("Hay nhầm", "## Hay nhầm\nViết một điều người học hay nhầm.\n"),
    Example("Chữ đậm", "**tên nút**", inline=True),
    Example("Đường link", "[chữ để chạm](https://)", inline=True),
    Example(
        "Bài thực hành",
        "## Thực hành: Tên việc\nMục tiêu: Viết việc làm được sau bài.\nNhân vật: bác Hạnh\n\n"
        "### Màn hình điện thoại (điện thoại)\nViết điều thấy trên màn.\n? Viết lời gợi ý.\n"
        "- [x] Chỗ chạm đúng\n- [ ] Chỗ hay chạm nhầm\n  > Viết một lời nhẹ nhàng, nói vì sao.\n\n"
        "### Màn tiếp theo (ngân hàng)\n- [.] Ô chạm để điền = chữ sẽ điền\n"
        "  > Viết lời nhắc khi ô còn trống.\n- [x] **Xong**\n",
    ),
    Example(
        "Câu một ý đúng",
        "### Viết câu hỏi ở đây?\n- [ ] Phương án sai\n- [x] Phương án đúng\n- [ ] Phương án sai khác\n"
        "> Viết lời giải thích.\n",
    ),
    Example(
        "Câu nhiều ý đúng",
        "### Những việc nào nên làm? (chọn nhiều)\n- [x] Việc nên làm\n- [x] Việc nên làm khác\n"
        "- [ ] Việc không nên làm\n> Viết lời giải thích.\n",
    ),
    Example(
        "Câu sắp xếp",
        "### Sắp xếp các việc theo thứ tự.\n1. Việc đầu tiên\n2. Việc thứ hai\n3. Việc thứ ba\n"
        "> Viết lời giải thích.\n",
    ),
    Example(
        "Câu nối",
        "### Nối hai bên cho đúng.\n- Bên trái => Bên phải\n- Trái khác => Phải khác\n"
        "> Viết lời giải thích.\n",
    ),
    Example("Câu gõ số", "### Bác nhập bao nhiêu?\n= 45.000\n= 45 nghìn\n> Viết lời giải thích.\n"),
    Example("Thẻ người hướng dẫn", "## Thẻ người hướng dẫn\nViết điều người hướng dẫn nên hỏi, nên làm.\n"),
)
