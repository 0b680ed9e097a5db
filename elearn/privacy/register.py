"""The register of processing: for each activity why, whose data, who sees it; for each table what is in it.

The tables and columns are those of the database; tests/house/test_register.py walks the models and fails
when a table or a column has no entry here. What a person's rows become when the person is erased stands
beside them, and the same test erases somebody and looks.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Activity(NamedTuple):
    """Something that is done with personal data (hoạt động xử lý)."""

    name: str
    why: str
    whose: str
    seen_by: str
    basis: str  # what the ward may put in other words on its own page
    kept: str  # {names} of privacy/periods.py stand for how long


CONSENT = "Sự đồng ý của người học, ghi lại từng lần; người dưới 16 tuổi: của cha, mẹ hoặc người giám hộ."
BY_THE_WARD = "Phường ghi căn cứ của mình ở đây."

ACTIVITIES: dict[str, Activity] = {
    "learning": Activity(
        "Giữ kết quả học",
        "Để người học học tiếp ở máy nào cũng được, và để đếm số người học của tổ dân phố.",
        "Người học",
        "Chính người ấy. Người hướng dẫn của tổ, nếu người ấy đồng ý, hoặc phường đưa danh sách của tổ "
        "vào và người ấy chưa nói không. Người quản trị của phường, khi cần giúp.",
        CONSENT,
        "Đến khi rút lại, tự xóa hoặc nhờ xóa. Từng câu trả lời: {answers}. Không ghi tên, không tính cho "
        "tổ: {nameless}.",
    ),
    "entrance": Activity(
        "Đăng nhập",
        "Để đúng người mở được phần học của mình, cũng khi quên mã hoặc đổi máy; để không ai dò được mã.",
        "Người học, cán bộ phường, Đoàn Thanh niên, người hướng dẫn",
        "Chính người ấy. Người hướng dẫn và người quản trị thấy có thẻ, có mã hay không, không thấy mã.",
        CONSENT,
        "Đến khi xóa. Phiên: {sessions}. Mã một lần: {codes}. Đường link: {links}. Số lần gõ sai: {tries}. "
        "Bước thứ hai khi cán bộ vào: {steps}.",
    ),
    "consent": Activity(
        "Ghi sự đồng ý",
        "Để chứng minh ai đã đồng ý điều gì, với lời văn nào, lúc nào, và đã rút lại lúc nào.",
        "Người học",
        "Chính người ấy. Người quản trị của phường.",
        CONSENT,
        "Cùng với dòng của người ấy; khi người ấy bị xóa thì còn lại dưới một số không dẫn về ai.",
    ),
    "guardian": Activity(
        "Sự đồng ý của cha, mẹ hoặc người giám hộ",
        "Để người dưới 16 tuổi giữ được kết quả học khi người lớn có trách nhiệm đồng ý.",
        "Người dưới 16 tuổi; cha, mẹ hoặc người giám hộ",
        "Chính người ấy. Người quản trị của phường.",
        CONSENT,
        "Đến khi rút lại, đủ 16 tuổi hoặc xóa.",
    ),
    "paper": Activity(
        "Giấy ghi nhận",
        "Để in giấy cho người học hết một khóa, và để người khác kiểm tra được giấy ấy có thật.",
        "Người học",
        "Chính người ấy. Ai có mã trên giấy thì thấy tên tới đâu là do chủ giấy chọn.",
        CONSENT,
        "Đến khi rút lại hoặc xóa.",
    ),
    "help": Activity(
        "Nhờ người giúp",
        "Để người hướng dẫn của tổ biết ai đang cần giúp, giúp việc gì.",
        "Người học",
        "Chính người ấy. Người hướng dẫn của tổ và người quản trị của phường; của người không ghi tên thì họ "
        "chỉ thấy có một người của tổ nhờ.",
        CONSENT,
        "Đến khi rút lại hoặc xóa; giúp xong thì {help}.",
    ),
    "contest": Activity(
        "Dự cuộc thi",
        "Để mỗi người được tính đúng một bài, xếp hạng theo số câu đúng, và đếm bài cho tổ.",
        "Người dự thi",
        "Chính người ấy. Cán bộ phường thấy số bài và số câu đúng theo tổ, không thấy câu trả lời. Tên, hạng "
        "và số câu đúng thì ai cũng xem được, nếu người ấy đồng ý cho nêu tên.",
        CONSENT,
        "Từng câu trả lời: {contests}. Số câu đúng và thời gian làm thì giữ. Người ấy bị xóa trước khi "
        "phường chốt kết quả thì bài cũng xóa; sau đó thì còn lại dưới một số không dẫn về ai.",
    ),
    "requests": Activity(
        "Yêu cầu về dữ liệu",
        "Để trả lời đúng hạn ai hỏi, sửa, rút lại, xóa, phản đối hoặc khiếu nại về dữ liệu của mình.",
        "Người học, và người hỏi mà không có tên ở đây",
        "Chính người ấy. Người quản trị của phường.",
        "Nghĩa vụ trả lời theo Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15.",
        "Lời văn: {requests}. Ngày nhận và ngày xong ở lại, không có tên.",
    ),
    "work": Activity(
        "Vai trò và việc làm của cán bộ, người hướng dẫn",
        "Để biết ai được làm gì, ai đã làm gì, ai đã xem danh sách nào.",
        "Cán bộ phường, Đoàn Thanh niên, người hướng dẫn; người ngoài được mời đọc bài; người cho giọng đọc",
        "Người quản trị của phường. Người học thấy ai đã cấp mã cho mình, ai đã giúp mình.",
        BY_THE_WARD,
        "Vai trò: đến khi thu lại. Nhật ký: {audit}. Ai soạn, ai duyệt bài: cùng với bài. Giọng đọc: "
        "{recordings}, hoặc ngay khi người đọc thôi đồng ý; người soạn bài xóa ở trang Giọng đọc.",
    ),
    "counts": Activity(
        "Số đếm của tổ",
        "Để đếm mỗi bài một lần, và để số của một ngày không đổi về sau.",
        "Người học, dưới một con số",
        "Không ai: trang chỉ hiện tổng số, số nhỏ được che với người ngoài.",
        CONSENT,
        "Giữ lâu dài. Khi người học bị xóa, con số không dẫn về ai.",
    ),
}


class Table(NamedTuple):
    """What a table holds of people; columns are listed apart by blanks."""

    activity: str
    owner: str  # the column with the number of whose row it is; "" where the row is nobody's own
    kinds: Mapping[str, str]  # kind of data, as the register calls it -> columns
    plain: str  # columns that say nothing about anybody
    goes: bool = False  # are the rows of a person deleted with them?
    emptied: str = ""  # columns that are emptied instead; the others stay, under a number of nobody


TABLES: dict[str, Table] = {
    "person": Table(
        "learning", "id",
        {
            "tên muốn hiện": "display_name search sort_key",
            "tổ dân phố, nhãn của hộ": "group_id household",
            "số điện thoại, năm sinh (nếu ghi)": "phone birth_year",
            "học với tư cách gì (nếu ghi)": "audience",
            "mã cá nhân; dấu vết để nhận ra mã học hoặc mật khẩu, không đọc ngược lại được":
                "personal_code pin_hash pin_salt password_hash password_salt",
            "ngày ghi tên, ai ghi giúp, ngày học gần nhất":
                "registered_at registered_by_id last_active_on created_at waits_since",
        },
        "id ward_id keeping merged_into_id erased_at disabled_at",
        emptied="display_name search sort_key group_id household phone birth_year audience personal_code "
        "pin_hash pin_salt password_hash password_salt registered_by_id keeping",
    ),
    "attempt": Table(
        "learning", "person_id",
        {
            "câu trả lời, câu nào đúng": "asked shown answers right_keys right passed lesson_id revision_id "
            "recall",
            "ngày giờ làm bài": "opened_at sent_at",
            "học cách nào, ai ngồi giúp": "how assisted_by_id",
        },
        "person_id id", emptied="shown answers right_keys assisted_by_id",
    ),
    "course_start": Table(
        "learning", "person_id", {"bài đã học, ngày học": "course_id started_at how"}, "person_id"
    ),
    "lesson_completion": Table(
        "learning", "person_id",
        {
            "bài đã học, ngày học": "lesson_id revision_id completed_at how",
            "học cách nào, ai ngồi giúp": "assisted_by_id",
        },
        "person_id", emptied="assisted_by_id",
    ),
    "mastered_question": Table(
        "learning", "person_id",
        {"câu hỏi đã nắm vững, ngày nắm vững": "lesson_id question mastered_at how"}, "person_id",
    ),
    "practice_result": Table(
        "learning", "person_id",
        {"bài thực hành đã làm, số lần chạm nhầm": "lesson_id round stumbles how finished_at"},
        "person_id", goes=True,
    ),
    "placement": Table(
        "learning", "person_id",
        {"bài đã biết từ trước khi học, bài bỏ qua": "lesson_id right skipped placed_at"},
        "person_id", goes=True,
    ),
    "confidence": Table(
        "learning", "person_id",
        {"tự tin đến đâu trước và sau khóa (nếu trả lời)": "course_id moment place level said_at"},
        "person_id", goes=True,
    ),
    "course_completion": Table(
        "learning", "person_id", {"bài đã học, ngày học": "course_id completed_at how"}, "person_id"
    ),
    "registration": Table(
        "learning", "person_id", {"dấu của phiếu ghi tên (băm), ngày gửi": "form_digest sent_at"},
        "person_id", goes=True,
    ),
    "session": Table(
        "entrance", "person_id",
        {
            "máy đang mở: loại máy, vào bằng gì, lúc nào":
                "token_digest kind created_at seen_at expires_at device came_by proved_at "
                "second_key_at kiosk_id",
            "lớp đang ngồi, ai ngồi giúp": "class_group_id class_until assisted_by_id nameless_id",
        },
        "person_id", goes=True,
    ),
    "second_key": Table(
        "entrance", "person_id",
        {
            "lớp khóa thứ hai của cán bộ: khóa (mã hóa), tên khóa, lúc nào, ai gỡ":
                "kind label secret last_step credential_id public_key sign_count added_at used_at "
                "removed_at removed_by_id told_at"
        },
        "id person_id", goes=True,
    ),
    "recovery_code": Table(
        "entrance", "person_id", {"mã dự phòng của cán bộ (băm)": "code_digest made_at used_at"},
        "id person_id", goes=True,
    ),
    "second_step": Table(
        "entrance", "person_id",
        {"bước thứ hai khi cán bộ vào (băm)": "token_digest came_by challenge wrong begun_at expires_at"},
        "person_id", goes=True,
    ),
    "learning_card": Table(
        "entrance", "person_id",
        {"thẻ học (băm), ai làm, lúc nào": "token_digest nonce issued_at issued_by_id revoked_at"},
        "id person_id", goes=True,
    ),
    "sign_in_code": Table(
        "entrance", "person_id",
        {
            "mã một lần (băm): ai cấp, lúc nào, đã dùng chưa":
                "code_hash salt issued_by_id issued_at expires_at boot boot_seconds tries used_at "
                "used_by told_at had_session objected_at"
        },
        "id person_id", goes=True,
    ),
    "return_link": Table(
        "entrance", "person_id",
        {"đường link mở ở máy khác (băm)": "token_digest issued_at expires_at used_at used_by"},
        "person_id", goes=True,
    ),
    "tries": Table(
        "entrance", "",
        {
            "số lần gõ sai mã: tài khoản (băm, hoặc chỉ là số), mạng đã gõ (địa chỉ bỏ phần cuối)":
                "key slice count"
        },
        "",
    ),
    "consent": Table(
        "consent", "person_id",
        {
            "điều đã đồng ý, lời văn nào, lúc nào, cách nào":
                "purpose text_version given_at channel withdrawn_at",
            "ai giúp ghi": "assisted_by_id",
        },
        "id person_id", emptied="assisted_by_id",
    ),
    "guardian_consent": Table(
        "guardian", "person_id",
        {
            "tên cha, mẹ hoặc người giám hộ; quan hệ": "guardian_name relation",
            "đồng ý cách nào, ai chứng kiến, lời văn nào, lúc nào":
                "how witness_id text_version given_at ended_at ended_because",
        },
        "id person_id", emptied="guardian_name witness_id",
    ),
    "certificate": Table(
        "paper", "person_id",
        {
            "họ và tên trên giấy, cho người khác thấy tới đâu": "full_name name_shown",
            "khóa đã xong, ngày xong, số giấy":
                "course_id number confirm_code how completed_on issued_at withdrawn_at",
        },
        "id person_id", emptied="full_name name_shown",
    ),
    "data_request": Table(
        "requests", "person_id",
        {
            "ai hỏi, hỏi gì, phường trả lời gì": "asker kind wish reply answer extended_because channel",
            "ngày nhận, hạn, ngày xong":
                "asked_on noted_at state reply_by act_by in_hand_at replied_at extended_at closed_at",
            "ai của phường làm": "noted_by_id in_hand_by_id replied_by_id extended_by_id closed_by_id",
        },
        "id ward_id person_id form_digest", emptied="asker wish reply answer extended_because",
    ),
    "contest_entry": Table(
        "contest", "person_id",
        {
            "bài dự thi: câu đã hỏi, câu trả lời, số câu đúng, bắt đầu và nộp lúc nào":
                "asked shown answers right_keys right seconds started_at handed_in_at",
            "tổ được tính, có ai ngồi giúp không": "group_id how assisted_by_id",
        },
        "id contest_id person_id slip", emptied="shown answers right_keys assisted_by_id",
    ),
    "help_request": Table(
        "help", "person_id",
        {
            "nhờ giúp việc gì, ở bài nào, lúc nào": "about lesson_id asked_at",
            "ai đã giúp, cách nào, lúc nào": "done_at done_by_id done_how",
        },
        "id person_id moved_from_id", goes=True,
    ),
    "credit": Table(
        "counts", "person_id",
        {
            "bài đã học, ngày, tổ, dưới một con số":
                "day group_id course_id lesson_id question audience how what amount reason"
        },
        "id person_id",
    ),
    "grant": Table(
        "work", "person_id",
        {"vai trò, phạm vi, ai giao, lúc nào": "role ward_id group_id granted_by_id granted_at"},
        "id person_id", goes=True,
    ),
    "audit_entry": Table(
        "work", "",
        {
            "ai đã làm gì, với ai, lúc nào (chỉ có số, không có tên); gõ sai mã từ mạng nào (bỏ phần cuối)":
                "actor_id at action object_kind object_id detail ward_id"
        },
        "id month previous hash",
    ),
    "class_ticket": Table(
        "work", "",
        {"ai mở lớp, cho tổ nào, lúc nào": "issued_by_id group_id attendance issued_at expires_at"},
        "token_digest",
    ),
    "read_link": Table(
        "work", "",
        {"ai gửi đường link số liệu, cho ai": "issued_by_id label issued_at expires_at revoked_at"},
        "id token_digest nonce ward_id",
    ),
    "target": Table(
        "work", "", {"ai đặt chỉ tiêu của phường, lúc nào": "set_by_id set_at"},
        "id ward_id name measure value due",
    ),
    "kiosk": Table(
        "work", "", {"ai đặt máy dùng chung, ở đâu": "set_up_by_id place set_up_at ended_at"},
        "id token_digest ward_id group_id",
    ),
    "group_contact": Table(
        "work", "",
        {"người liên hệ của tổ: tên, vai trò, điện thoại, ai ghi, lúc nào":
            "name role phone entered_by_id entered_at"},
        "id ward_id group_id",
    ),
    "poster": Table(
        "work", "", {"ai làm áp phích, treo ở đâu": "made_by_id made_at place"},
        "id code ward_id group_id course_id lesson_id retired_at",
    ),
    "difficulty": Table(
        "work", "",
        {"ai báo vướng mắc, ai trả lời, lúc nào": "told_by_id told_at answered_by_id in_hand_at done_at"},
        "id ward_id group_id workplace kind what wish form_digest state answer changes",
    ),
    "activity": Table(
        "work", "", {"ai ghi một hoạt động, lúc nào": "noted_by_id noted_at"},
        "id ward_id group_id workplace day channel count attendees note meeting_mark form_digest",
    ),
    "report": Table(
        "work", "", {"ai lập báo cáo, lúc nào; người ký mà phường ghi": "made_by_id made_at document"},
        "id ward_id body since until only number corrects_id figures digest",
    ),
    "report_sending": Table(
        "work", "",
        {"ai ghi báo cáo gửi cho đâu, ngày nào": "to_whom sent_on registered_as noted_by_id noted_at"},
        "id report_id",
    ),
    "report_setting": Table(
        "work", "", {"lời văn của báo cáo, người ký; ai sửa": "value set_by_id set_at"}, "ward_id body name"
    ),
    "campaign": Table(
        "work", "", {"ai lập chiến dịch, lúc nào": "made_by_id made_at"},
        "id ward_id slug name since until measure target",
    ),
    "frozen_campaign": Table(
        "work", "", {"ai chốt số liệu chiến dịch, lúc nào": "frozen_by_id frozen_at"},
        "campaign_id number figures seal",
    ),
    "contest": Table(
        "work", "", {"ai lập cuộc thi, lúc nào": "made_by_id made_at"},
        "id ward_id slug name questions since until",
    ),
    "sealed_contest": Table(
        "work", "", {"ai chốt kết quả cuộc thi, lúc nào": "sealed_by_id sealed_at"},
        "contest_id number figures seal",
    ),
    "course": Table(
        "work", "", {"ai soạn, ai duyệt bài": "edited_by_id approved_by_id approved_at"},
        "id ward_id slug code title topic short position audience goal character loudspeaker placement "
        "confidence shipped retired_at retired_because",
    ),
    "revision": Table(
        "work", "",
        {
            "ai soạn, ai duyệt bài": "author_id reviewer_id saved_by_id alone_because returned_because",
            "người ngoài đã đọc bài: tên và ngày": "outside_reviewer outside_reviewed_on",
        },
        "id lesson_id number state title minutes objective facts saves next_review created_at saved_at "
        "submitted_at published_at retired_at",
    ),
    "fact": Table(
        "work", "", {"ai kiểm dữ kiện": "checked_by_id checked_on"},
        "id ward_id position label value status fallback source review_months",
    ),
    "sound": Table(
        "work", "speaker_id",
        {
            "giọng đọc bài học của người tình nguyện, tên nếu người ấy muốn ghi": "data speaker seconds",
            "ai đưa giọng đọc vào, lúc nào": "recorded_by_id made_at",
        },
        "part ward_id voice mark mime engine speaker_id unused_since", goes=True,
    ),
    "first_check": Table("work", "", {"ai làm việc chuẩn bị, lúc nào": "done_by_id done_at"}, "ward_id name"),
    "privacy_setting": Table(
        "work", "", {"ai đặt quy chế, lúc nào": "set_by_id set_at"}, "ward_id name value"
    ),
}  # fmt: skip

# Tables in which nobody is found: the ward, its groups and lessons, counts, the work of the machine
NOBODY = frozenset({
    "ward", "residential_group", "group_change", "daily_tally", "joined_file", "ward_total",
    "monthly_total", "standing",
    "arrival", "campaign_course", "campaign_group", "contest_course", "contest_group",
    "lesson", "revision_source", "revision_key", "revision_page", "spoken_part", "course_image", "audit_head",
    "lease", "upkeep_note", "retention_run",
})  # fmt: skip

RECIPIENTS = "Không giao cho ai. Không có công cụ theo dõi, không gửi gì cho bên thứ ba."
MEASURES = (
    "Mỗi trang ghi rõ ai được mở; người hướng dẫn chỉ thấy tổ của mình; phường khác không thấy gì.",
    "Mật khẩu, mã học, mã một lần chỉ giữ dạng băm, với một khóa nằm ngoài cơ sở dữ liệu.",
    "Cán bộ gõ lại mật khẩu trước khi làm việc ảnh hưởng đến người khác; người quản trị có lớp khóa thứ hai.",
    "Mỗi lần xem danh sách có tên, mở trang một người, in hay xuất đều được ghi vào nhật ký nối chuỗi.",
    "Không hỏi số căn cước, ảnh giấy tờ, vị trí; không theo dõi ai chạm vào đâu.",
    "Quá hạn thì tự xóa. Ai đã xóa thì bị xóa lại sau khi khôi phục bản sao lưu.",
)


def kinds_of(activity: str) -> list[str]:
    """Return the kinds of data that an activity uses, each once, in the order of the tables."""
    return list(
        dict.fromkeys(kind for table in TABLES.values() if table.activity == activity for kind in table.kinds)
    )


def columns_of(table: Table) -> set[str]:
    """Return every column that an entry names."""
    return {column for group in (*table.kinds.values(), table.plain) for column in group.split()}
