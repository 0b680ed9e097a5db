"""What roles and acts are called at the administrator's desk: plain words, no database, no web."""

ROLES = {
    "helper": "Người hướng dẫn",
    "youth_union": "Đoàn Thanh niên",
    "viewer": "Người xem số liệu",
    "author": "Người soạn bài",
    "editor": "Người duyệt bài",
    "administrator": "Người quản trị",
}
MEANING = {
    "helper": "Thuộc tổ công nghệ số cộng đồng: ghi tên, giúp học, thấy tên người của một tổ.",
    "youth_union": "Xem số liệu mọi tổ, làm áp phích. Không thấy tên ai.",
    "viewer": "Chỉ xem số liệu mọi tổ. Không thấy tên ai.",
    "author": "Viết và sửa bài học, chưa đưa lên được.",
    "editor": "Duyệt và đưa bài học lên, kiểm dữ kiện, gửi link số liệu.",
    "administrator": "Trông nom người, tổ, vai trò của phường, và đọc nhật ký.",
}
STAFF_ROLES = {role: name for role, name in ROLES.items() if role != "helper"}

# What an entry of the audit is called; the same act has one name, however its room writes it.
ACTS = {
    # people
    "view_people": "Xem danh sách người",
    "view_person": "Xem một người",
    "view_roster": "Xem danh sách của tổ",
    "print_roster": "In danh sách của tổ",
    "view_audit": "Xem nhật ký",
    "register_person": "Ghi tên một người",
    "change_details": "Sửa thông tin một người",
    "change_audience": "Sửa đối tượng của một người",
    "person_moved": "Chuyển người sang tổ khác",
    "person_assigned": "Xếp người chưa rõ tổ vào tổ",
    "merge_people": "Gộp hai dòng thành một người",
    "unmerge_people": "Tách lại hai người",
    "erase_person": "Xóa một người",
    "disable_person": "Ngừng đăng nhập của một người",
    "enable_person": "Mở lại đăng nhập",
    "end_sessions": "Cho thoát khỏi mọi máy",
    "import_residents": "Nhập danh sách người dân",
    "import_groups": "Nhập danh sách tổ",
    # ways in
    "give_credentials": "Cấp mã học",
    "issue_code": "Cấp mã một lần",
    "issue_card": "Làm thẻ học",
    "print_card": "In thẻ học",
    "revoke_cards": "Thu thẻ học",
    "find_by_code": "Tìm người theo mã cá nhân",
    "sign_in": "Đăng nhập",
    "pause_pins": "Tạm ngừng nhận mã học trên máy lạ",
    "issue_class_ticket": "Mở lớp",
    "end_class": "Đóng lớp",
    "hand_over": "Đưa máy cho người học",
    "set_password": "Đặt mật khẩu",
    "agree_aloud": "Ghi lời đồng ý",
    "withdraw_aloud": "Ghi lời không đồng ý nữa",
    # roles, groups, the ward
    "add_staff": "Thêm người làm",
    "grant_role": "Giao vai trò",
    "revoke_role": "Thu vai trò",
    "save_ward": "Sửa thông tin phường",
    "make_group": "Lập tổ",
    "rename_group": "Đổi tên tổ",
    "correct_group": "Sửa thông tin tổ",
    "merge_groups": "Gộp tổ",
    "split_group": "Tách tổ",
    # lessons
    "make_course": "Lập khóa học",
    "change_course": "Sửa khóa học",
    "make_lesson": "Lập bài học",
    "open_draft": "Mở bản nháp",
    "save_draft": "Lưu bản nháp",
    "drop_draft": "Bỏ bản nháp",
    "lay_draft_aside": "Cất bản nháp",
    "submit_for_review": "Gửi duyệt",
    "take_back_from_review": "Rút lại bản gửi duyệt",
    "return_to_author": "Trả lại người soạn",
    "publish": "Công bố bài",
    "confirm_as_second_reader": "Đọc lại lần thứ hai",
    "record_outside_review": "Ghi người ngoài đã đọc",
    "approve_course": "Phường duyệt khóa học",
    "reorder_lessons": "Xếp lại thứ tự bài",
    "retire_lesson": "Ngừng dùng bài học",
    "retire_course": "Ngừng dùng khóa học",
    "offer_lesson_again": "Dùng lại bài học",
    "offer_course_again": "Dùng lại khóa học",
    "make_fact": "Thêm dữ kiện",
    "check_fact": "Kiểm dữ kiện",
    "change_fact": "Sửa dữ kiện",
    "drop_own_fact": "Bỏ dữ kiện riêng của phường",
    "do_first_check": "Xong một việc trước khi dùng thật",
    "undo_first_check": "Bỏ đánh dấu việc trước khi dùng thật",
    "load_shelf": "Nạp khóa học từ tệp",
    # reaching and seeing
    "make_poster": "Làm áp phích",
    "retire_poster": "Ngừng dùng áp phích",
    "restore_poster": "Dùng lại áp phích",
    "give_read_link": "Làm link số liệu",
    "revoke_read_link": "Thu link số liệu",
}
DETAILS = {
    "names": "số tên",
    "fields": "mục",
    "taken": "mới",
    "changed": "thay đổi",
    "same": "đã có",
    "skipped": "bỏ qua",
    "role": "vai trò",
    "days": "số ngày",
    "saves": "lần lưu",
}
FIELDS = {
    "name": "tên",
    "phone": "số điện thoại",
    "birth_year": "năm sinh",
    "household": "hộ",
    "code": "mã tổ",
    "former_ward": "phường cũ",
    "households": "số hộ",
    "adults": "số người từ đủ 18 tuổi",
    "office_name": "tên cơ quan",
    "office_phone": "điện thoại cơ quan",
    "office_address": "địa chỉ cơ quan",
    "city": "thành phố",
}


def act_key(action: str) -> str:
    """Return the one spelling of an act: some rooms write "issue code", others "issue_code"."""
    return action.replace(" ", "_")


def act_called(action: str) -> str:
    """Return what an act is called; an unknown one keeps its own name."""
    return ACTS.get(act_key(action), action)


def detail_said(detail: dict[str, object]) -> str:
    """Return what an entry says beside the act: counts and names of fields; ids stay out."""
    said = []
    for key, value in detail.items():
        if key not in DETAILS or value in (None, "", []):
            continue
        if isinstance(value, list):
            words = ", ".join(FIELDS.get(str(one), str(one)) for one in value)
        else:
            words = ROLES.get(str(value), str(value))
        said.append(f"{DETAILS[key]}: {words}")
    return "; ".join(said)
