"""What roles and acts are called at the administrator's desk: plain words, no database, no web."""

from datetime import datetime

from elearn.kit.clock import local
from elearn.privacy.register import ACTIVITIES

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
    "youth_union": "Xem số liệu mọi tổ và nên đến tổ nào, làm áp phích. Không thấy tên người học.",
    "viewer": "Chỉ xem số liệu mọi tổ, và báo vướng mắc. Không thấy tên người học.",
    "author": "Viết và sửa bài học, chưa đưa lên được.",
    "editor": "Duyệt và đưa bài học lên, kiểm dữ kiện, trả lời vướng mắc, gửi đường link số liệu.",
    "administrator": "Trông nom người, tổ, vai trò của phường, và đọc nhật ký.",
}
STAFF_ROLES = {role: name for role, name in ROLES.items() if role != "helper"}

# What an entry of the audit is called; the same act has one name, however its room writes it.
ACTS = {
    # people
    "view people": "Xem danh sách người",
    "view person": "Xem một người",
    "view codes": "Xem danh sách mã đã cấp",
    "print codes": "In danh sách mã đã cấp",
    "view roster": "Xem danh sách của tổ",
    "print roster": "In danh sách của tổ",
    "view audit": "Xem nhật ký",
    "register person": "Ghi tên một người",
    "change details": "Sửa thông tin một người",
    "change audience": "Sửa đối tượng của một người",
    "person moved": "Chuyển người sang tổ khác",
    "person assigned": "Xếp người chưa rõ tổ vào tổ",
    "merge people": "Gộp hai dòng thành một người",
    "unmerge people": "Tách lại hai người",
    "erase person": "Xóa một người",
    "disable person": "Ngừng đăng nhập của một người",
    "enable person": "Mở lại đăng nhập",
    "end sessions": "Cho thoát khỏi mọi máy",
    "import residents": "Nhập danh sách người dân",
    "import groups": "Nhập danh sách tổ",
    # ways in
    "give credentials": "Cấp mã học",
    "issue code": "Cấp mã một lần",
    "object to code": "Nói không nhờ cấp mã một lần",
    "issue card": "Làm thẻ học",
    "print card": "In thẻ học",
    "revoke cards": "Thu thẻ học",
    "find by code": "Tìm người theo mã cá nhân",
    "sign in": "Đăng nhập",
    "wrong sign-ins": "Đăng nhập sai trong một giờ",
    "pause pins": "Tạm ngừng nhận mã học trên máy lạ",
    "issue class ticket": "Mở lớp",
    "end class": "Đóng lớp",
    "hand over": "Đưa máy cho người học",
    "set up kiosk": "Đặt máy dùng chung",
    "end kiosk": "Thôi dùng máy chung",
    "set password": "Đặt mật khẩu",
    "announce reset": "Báo trước việc đặt lại mật khẩu hoặc gỡ khóa của người quản trị",
    "object to reset": "Nói không nhờ đặt lại mật khẩu hay gỡ khóa",
    "add second key": "Thêm lớp khóa thứ hai",
    "remove second key": "Bỏ một khóa của mình",
    "remove second keys": "Gỡ lớp khóa thứ hai của một người",
    "make recovery codes": "Làm mã dự phòng",
    "use recovery code": "Dùng mã dự phòng để vào",
    "agree aloud": "Ghi lời đồng ý",
    "withdraw aloud": "Ghi lời không đồng ý nữa",
    # the report
    "make report": "Lập báo cáo",
    "note sending": "Ghi nơi gửi báo cáo",
    "take back sending": "Bỏ một dòng ghi nơi gửi báo cáo",
    "set report costs": "Ghi kinh phí của nền tảng",
    "set report words": "Sửa lời văn của báo cáo",
    # what people ask about their data
    "view requests": "Xem danh sách yêu cầu về dữ liệu",
    "view request": "Xem một yêu cầu về dữ liệu",
    "note request": "Ghi một yêu cầu về dữ liệu",
    "take request": "Nhận một yêu cầu về dữ liệu",
    "answer request": "Trả lời một yêu cầu về dữ liệu",
    "extend request": "Gia hạn một yêu cầu về dữ liệu",
    "finish request": "Làm xong một yêu cầu về dữ liệu",
    "refuse request": "Từ chối một yêu cầu về dữ liệu",
    "withdraw for person": "Rút lại sự đồng ý giùm một người",
    "record guardian": "Ghi cha, mẹ hoặc người giám hộ đồng ý",
    "view incident": "Lập phiếu sự cố",
    "export incident": "Tải danh sách ai đã xem gì",
    "copy person": "In bản sao dữ liệu của một người",
    "set privacy rules": "Sửa thời hạn và quy chế về dữ liệu",
    "count waiting": "Tính những lượt tự ghi đã chờ",
    "turn waiting away": "Không tính những lượt tự ghi đã chờ",
    # refusals
    "open closed door": "Mở trang ngoài nhiệm vụ của mình",
    "ask out of reach": "Hỏi người, tổ hoặc mục ngoài tầm của mình",
    # campaigns and contests
    "make campaign": "Lập chiến dịch",
    "change campaign": "Sửa chiến dịch",
    "drop campaign": "Bỏ chiến dịch",
    "view merit list": "Xem, in danh sách khen có tên",
    "freeze campaign": "Chốt số liệu chiến dịch",
    "make contest": "Lập cuộc thi",
    "change contest": "Sửa cuộc thi",
    "drop contest": "Bỏ cuộc thi",
    "seal contest": "Chốt kết quả cuộc thi",
    "view contest names": "Xem, in, tải kết quả cuộc thi có tên",
    # roles, groups, the ward
    "add staff": "Thêm người làm",
    "grant role": "Giao vai trò",
    "revoke role": "Thu vai trò",
    "save ward": "Sửa thông tin phường",
    "restore backup": "Khôi phục từ bản sao lưu",
    "repair counts": "Sửa số liệu lệch",
    "make group": "Lập tổ",
    "add contact": "Ghi người liên hệ của tổ",
    "drop contact": "Bỏ người liên hệ của tổ",
    "rename group": "Đổi tên tổ",
    "correct group": "Sửa thông tin tổ",
    "export tally": "Ghi số liệu cho nơi khác",
    "import tally": "Nhập số liệu của nơi khác",
    "merge groups": "Gộp tổ",
    "split group": "Tách tổ",
    # lessons
    "make course": "Lập khóa học",
    "change course": "Sửa khóa học",
    "make lesson": "Lập bài học",
    "open draft": "Mở bản nháp",
    "save draft": "Lưu bản nháp",
    "drop draft": "Bỏ bản nháp",
    "lay draft aside": "Cất bản nháp",
    "submit for review": "Gửi duyệt",
    "take back from review": "Rút lại bản gửi duyệt",
    "return to author": "Trả lại người soạn",
    "publish": "Công bố bài",
    "confirm as second reader": "Đọc lại lần thứ hai",
    "record outside review": "Ghi người ngoài đã đọc",
    "approve course": "Phường duyệt khóa học",
    "reorder lessons": "Xếp lại thứ tự bài",
    "retire lesson": "Ngừng dùng bài học",
    "retire course": "Ngừng dùng khóa học",
    "offer lesson again": "Dùng lại bài học",
    "offer course again": "Dùng lại khóa học",
    "make fact": "Thêm dữ kiện",
    "check fact": "Kiểm dữ kiện",
    "change fact": "Sửa dữ kiện",
    "drop own fact": "Bỏ dữ kiện riêng của phường",
    "do first check": "Xong một việc trước khi dùng thật",
    "undo first check": "Bỏ đánh dấu việc trước khi dùng thật",
    "record a part": "Lưu giọng đọc một đoạn của bài",
    "accept a recording": "Cho nghe giọng đọc một đoạn của bài",
    "delete a recording": "Xóa giọng đọc một đoạn của bài",
    "load shelf": "Nạp khóa học từ tệp",
    "view help": "Xem một lời nhờ giúp",
    "finish help": "Ghi đã giúp người nhờ",
    "reopen help": "Mở lại lời nhờ đã ghi xong",
    # the movement
    "tell difficulty": "Báo một vướng mắc",
    "answer difficulty": "Trả lời, xử lý một vướng mắc",
    "note activity": "Ghi một hoạt động",
    "mend activity": "Sửa một dòng nhật ký hoạt động",
    "drop activity": "Bỏ một dòng nhật ký hoạt động",
    # reaching and seeing
    "make poster": "Làm áp phích",
    "retire poster": "Ngừng dùng áp phích",
    "restore poster": "Dùng lại áp phích",
    "give read link": "Làm đường link số liệu",
    "revoke read link": "Thu đường link số liệu",
    "set target": "Đặt chỉ tiêu của phường",
    "drop target": "Bỏ chỉ tiêu của phường",
    "set quiet days": "Đặt số ngày để nhắc tổ im lặng",
}
DETAILS = {
    "hour": "từ",
    "times": "số lần",
    "pins": "mã học sai",
    "passwords": "mật khẩu sai",
    "second_keys": "lớp khóa thứ hai sai",
    "codes": "mã một lần sai",
    "refused": "bị ngừng nhận",
    "networks": "từ mạng",
    "names": "số tên",
    "fields": "mục",
    "taken": "mới",
    "changed": "thay đổi",
    "same": "đã có",
    "skipped": "bỏ qua",
    "role": "vai trò",
    "days": "số ngày",
    "saves": "lần lưu",
    "request": "yêu cầu số",
    "since": "từ ngày",
    "until": "đến ngày",
    "before": "giờ có lần trước",
    "asked": "đã hỏi",
    "purpose": "sự đồng ý",
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
    "answer_days": "hạn làm xong",
    "erase_days": "hạn xóa",
    "processor": "đơn vị xử lý giúp",
    "contact": "người phụ trách dữ liệu",
    "holidays": "ngày nghỉ lễ",
    "worked": "ngày làm bù",
    **{f"basis_{key}": f"căn cứ: {activity.name.lower()}" for key, activity in ACTIVITIES.items()},
    "since": "từ ngày",
    "until": "đến ngày",
    "measure": "chỉ tiêu tính bằng gì",
    "target": "chỉ tiêu",
    "courses": "khóa",
    "questions": "số câu hỏi",
    "groups": "tổ",
    "keep_answers": "giữ câu trả lời bao lâu",
    "keep_requests": "giữ yêu cầu bao lâu",
    "keep_audit": "giữ nhật ký bao lâu",
}


PURPOSES = {
    "keep_results": "giữ kết quả học",
    "seen_by_helper": "cho người hướng dẫn của tổ xem tên",
    "paper_name": "giữ họ tên trên giấy ghi nhận",
    "named_in_campaign": "nêu tên trong danh sách khen",
    "named_in_contest": "nêu tên trong kết quả cuộc thi",
}


def act_called(action: str) -> str:
    """Return what an act is called; an unknown one keeps its own name."""
    return ACTS.get(action, action)


def detail_said(detail: dict[str, object]) -> str:
    """Return what an entry says beside the act: counts and names of fields; ids stay out."""
    said = []
    for key, value in detail.items():
        if key not in DETAILS or value in (None, "", []):
            continue
        if key == "hour":
            words = f"{local(datetime.fromisoformat(str(value))):%H:%M ngày %d/%m}"
        elif isinstance(value, list):
            words = ", ".join(FIELDS.get(str(one), str(one)) for one in value)
        else:
            words = ROLES.get(str(value)) or PURPOSES.get(str(value), str(value))
        said.append(f"{DETAILS[key]}: {words}")
    return "; ".join(said)
