"""What requests about data are called: by who asks (“tôi”), and in the office's list."""

ASKED = {
    "access": "Xem phường giữ gì về tôi",
    "correction": "Sửa chỗ sai",
    "copy": "Lấy một bản sao dữ liệu của tôi",
    "erasure": "Xóa dữ liệu của tôi",
    "withdrawal": "Rút lại sự đồng ý",
    "restriction": "Tạm hạn chế việc dùng dữ liệu của tôi",
    "objection": "Phản đối việc dùng dữ liệu của tôi",
    "complaint": "Khiếu nại về dữ liệu của tôi",
}
KINDS = {
    "access": "Xem dữ liệu",
    "correction": "Sửa dữ liệu",
    "copy": "Lấy bản sao",
    "erasure": "Xóa dữ liệu",
    "withdrawal": "Rút lại sự đồng ý",
    "restriction": "Hạn chế xử lý",
    "objection": "Phản đối xử lý",
    "complaint": "Khiếu nại",
}
STATES = {"new": "Mới", "in_hand": "Đang làm", "done": "Đã xong", "refused": "Từ chối"}
CAME_BY = {"self": "tự gửi trên trang", "office": "tại trụ sở", "phone": "qua điện thoại"}
