"""Setting a real ward up: asked or told, whole or not at all, twice is once."""

import importlib
import inspect
import re
import stat

import pytest
from sqlalchemy import create_engine, func, select, text

import config
from elearn import cli
from elearn.app import create_app
from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.library.models import Lesson
from elearn.office.imports import plan_of
from elearn.people.entry import Place, come_in
from elearn.people.models import Grant, Person, ResidentialGroup, Ward
from elearn.people.permissions import Role
from elearn.people.queries import demo_wards
from elearn.server import doors, listen
from elearn.server.apps import real_app
from elearn.trial import setup
from elearn.upkeep.private_files import keep_secret
from tests.installation import ANSWERS, PASSWORD

TOLD = [word for name, answer in ANSWERS.items() for word in (f"--{name}", answer)]


@pytest.fixture
def inside():
    """The app over the installation of this test."""
    with create_app(config.from_environment() | {"TESTING": True}).app_context():
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def password(tmp_path):
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    return tmp_path / "password"


@pytest.fixture
def nobody(monkeypatch, tmp_path):
    """Nobody sits at the keyboard."""
    (tmp_path / "nothing").touch()
    with (tmp_path / "nothing").open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        yield


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


# --- init


def test_init_sets_a_ward_up_with_one_administrator_and_no_trial_account(installed, inside):
    assert stat.S_IMODE((installed / config.SECRET).stat().st_mode) == 0o600
    assert stat.S_IMODE((installed / "elearn.db").stat().st_mode) == 0o600
    ward = db.session.scalars(select(Ward)).one()
    assert (ward.name, ward.code, ward.demo) == ("phường Gia Viên", "GV", False)
    assert ward.office_name == "Phòng Văn hóa - Xã hội phường Gia Viên"
    assert demo_wards() == 0 and count(Person) == 1 and count(Lesson) == 1
    person = db.session.scalars(select(Person)).one()
    assert come_in("0900000009", PASSWORD, Place(ward.id)).person_id == person.id
    assert db.session.scalars(select(Grant.role)).all() == [Role.ADMINISTRATOR]


def test_init_a_second_time_changes_nothing(installed, typed, nobody):
    before = (installed / "elearn.db").read_bytes(), (installed / config.SECRET).read_text()
    code, out, _ = typed("init")
    assert code == 0 and "Đã có phường Gia Viên, mọi thứ được giữ nguyên." in out
    assert ((installed / "elearn.db").read_bytes(), (installed / config.SECRET).read_text()) == before


def test_init_takes_the_groups_from_a_file(instance, typed, nobody, tmp_path, password):
    code, out, _ = typed("init", "--template", tmp_path / "to.csv")
    assert code == 0 and f"init --groups {tmp_path / 'to.csv'}" in out
    code, out, _ = typed("init", *TOLD, "--groups", tmp_path / "to.csv", "--password-file", password)
    assert code == 0 and "Tổ dân phố: 1 tổ mới" in out and "Việc tiếp theo" in out
    with create_app(config.from_environment()).app_context():
        assert count(ResidentialGroup) == 3
        found = db.session.scalar(select(ResidentialGroup).where(ResidentialGroup.code == "DG05"))
        assert (found.former_ward, found.households, found.adults) == ("Đằng Giang", 610, 1700)
        assert plan_of((tmp_path / "to.csv").read_bytes(), found.ward_id).does_something is False
        db.session.remove()
        db.engine.dispose()
    assert typed("init", "--template", tmp_path / "to.csv")[0] == 1, "a file that is there stays"


def test_a_list_with_a_bad_row_sets_nothing_up(instance, typed, nobody, tmp_path, password):
    (tmp_path / "to.csv").write_text("Mã tổ;Tên tổ;Số hộ\nDG05;Tổ 5;nhiều\n")
    code, _, err = typed("init", *TOLD, "--groups", tmp_path / "to.csv", "--password-file", password)
    assert code == 1 and "chưa lập gì" in err and "Dòng 2" in err
    with create_app(config.from_environment()).app_context():
        assert count(Ward) == count(Person) == 0
        db.session.remove()
        db.engine.dispose()


def test_a_script_is_told_which_answer_is_missing(instance, typed, nobody, password):
    for words, missing in (
        ((), "--ward-name"),
        (TOLD[:2], "--admin-name"),
        (TOLD, "--password-file"),
        ((*TOLD[:4], "--admin-phone", "12", "--password-file", password), "--admin-phone"),
        (("--ward-name", "x"), "--ward-name: Xin điền từ 2 đến 80 chữ."),
        (("--ward-code", "Gia Viên", *TOLD), "--ward-code: Mã chỉ gồm"),
    ):
        code, _, err = typed("init", *words)
        assert code == 1 and missing in err, words
    password.write_text("ngắn quá")
    assert "ít nhất 12 ký tự" in typed("init", *TOLD, "--password-file", password)[2]


def test_init_asks_in_plain_words_until_it_can_go_on(instance, typed, monkeypatch):
    answers = iter(
        ["", "phường Gia Viên", "", "gv!", "GV", "", "0225 000 0000", "1/126 An Đà", "không có.csv", "",
         "Quản Trị", "19001009", "0900000009"]
    )  # fmt: skip
    secrets = iter(["ngắn quá", PASSWORD, "khác hẳn câu trước", PASSWORD, PASSWORD])
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or next(answers))
    monkeypatch.setattr("getpass.getpass", lambda _question: next(secrets))
    code, out, err = typed("init")
    assert (code, err) == (0, "") and next(answers, None) is next(secrets, None) is None
    for sentence in (
        "Xin điền.",
        "Mã chỉ gồm",
        "Không thấy tệp không có.csv",
        "số tổng đài",
        "Hai lần gõ khác nhau",
    ):
        assert sentence in out, sentence
    assert "Mã phường, viết tắt không dấu [GV]: " in asked
    assert out.count("Đã lập phường Gia Viên.") == 1


# --- accounts


@pytest.mark.parametrize(
    ("role", "kept"),
    [("quan-tri", Role.ADMINISTRATOR), ("duyet-bai", Role.EDITOR), ("soan-bai", Role.AUTHOR),
     ("xem-so-lieu", Role.VIEWER), ("doan-thanh-nien", Role.YOUTH_UNION)],
)  # fmt: skip
def test_user_add_makes_an_account_that_comes_in(installed, typed, nobody, role, kept):
    code, out, _ = typed(
        "user", "add", "--name", "Vũ Minh Đức", "--role", role, "--phone", "0900000010", "--generate"
    )
    assert code == 0 and "chỉ hiện một lần" in out
    secret = out.split("Mật khẩu: ")[1].split("  (")[0]
    with create_app(config.from_environment()).app_context():
        found = come_in("0900000010", secret, Place(1)).person_id
        assert db.session.scalars(select(Grant.role).where(Grant.person_id == found)).all() == [kept]
        db.session.remove()
        db.engine.dispose()


def test_somebody_may_look_after_every_ward(installed, typed, nobody):
    call = ("user", "add", "--name", "Vũ Minh Đức", "--phone", "0900000010", "--generate", "--everywhere")
    code, out, _ = typed(*call, "--role", "quan-tri")
    assert code == 0
    with create_app(config.from_environment()).app_context():
        found = come_in("0900000010", out.split("Mật khẩu: ")[1].split("  (")[0], Place(1)).person_id
        assert db.session.execute(
            select(Grant.role, Grant.ward_id).where(Grant.person_id == found)
        ).all() == [(Role.ADMINISTRATOR, None)]
        db.session.remove()
        db.engine.dispose()
    assert "một tổ" in typed(*call, "--role", "huong-dan")[2]


def test_a_helper_gets_a_group_and_a_code(installed, typed, nobody, tmp_path):
    words = ("user", "add", "--name", "Trần Thị Hoa", "--role", "huong-dan", "--group")
    code, _, err = typed(*words, "DG05")
    assert code == 1 and "Phường không có tổ mang mã DG05." in err
    (tmp_path / "to.csv").write_text("Mã tổ;Tên tổ\nDG05;Tổ 5\n")
    assert typed("people", "import", tmp_path / "to.csv", "--write")[0] == 0
    code, out, _ = typed(*words, "dg05")
    assert code == 0 and "Mã học: " in out
    personal_code = out.split("mã cá nhân ")[1].split(".")[0]
    with create_app(config.from_environment()).app_context():
        assert come_in(personal_code, out.split("Mã học: ")[1][:6], Place(1)).person_id
        db.session.remove()
        db.engine.dispose()


def test_a_role_that_is_none_is_refused(installed, typed, nobody):
    code, _, err = typed("user", "add", "--name", "Ai Đó", "--role", "vua")
    assert code == 1 and "quan-tri, duyet-bai" in err


# --- what must not be served


@pytest.fixture
def served(monkeypatch):
    """What would have been served; nothing is."""
    calls = []
    monkeypatch.setattr(listen, "serve", lambda *words, inherited: calls.append((*words, inherited)))
    monkeypatch.setattr(doors, "refuse_busy_port", lambda *_: None)
    return calls


def test_a_ward_that_was_set_up_is_served(installed, typed, served):
    code, out, _ = typed("serve", "--port", "8123", "--workers", "3")
    assert code == 0 and "http://127.0.0.1:8123" in out
    assert served == [("elearn.server.apps:real_app", "127.0.0.1", 8123, 3, None)]
    assert (installed / "static" / "app.css.br").exists()


def test_nothing_is_served_without_a_secret(instance, typed, served):
    code, _, _ = typed("serve")
    assert "Chưa có khóa bí mật" in code and "elearn init" in code and not served


def test_a_weak_secret_is_refused(installed, typed, served, monkeypatch):
    monkeypatch.setenv("ELEARN_SECRET_KEY", "a" * 40)
    code, _, err = typed("serve")
    assert code == 1 and "quá đơn giản" in err and not served


def test_nothing_is_served_before_init_or_upgrade(installed, typed, served):
    with create_app(config.from_environment()).app_context():
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        db.engine.dispose()
    code, _, err = typed("serve")
    assert code == 1 and "không khớp với chương trình" in err and "elearn upgrade" in err and not served
    (installed / "elearn.db").unlink()
    code, _, err = typed("serve")
    assert code == 1 and "elearn init" in err and not served
    assert not (installed / "elearn.db").exists(), "looking makes nothing"


def test_a_database_with_trial_accounts_is_never_served_as_real(installed, typed, served, nobody):
    with create_app(config.from_environment()).app_context():
        with transaction():
            db.session.scalars(select(Ward)).one().demo = True
        db.session.remove()
        db.engine.dispose()
    for words in (("serve",), ("init",)):
        code, _, err = typed(*words)
        assert code == 1 and "Dữ liệu thử không được dùng để làm việc thật" in err, words
    assert not served
    with pytest.raises(Refused, match="Dữ liệu thử"):
        real_app(look_first=True)


def test_the_trial_database_cannot_be_served_by_pointing_at_it(instance, typed, served, monkeypatch):
    setup.make_ready(lambda _: None, lambda _done, _whole: None)
    keep_secret(instance / config.SECRET)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{instance / 'demo.db'}")
    code, _, err = typed("serve")
    assert code == 1 and "1 phường thử" in err and not served


def test_a_real_database_is_never_used_as_the_trial_ward(installed, typed, monkeypatch):
    monkeypatch.setenv("ELEARN_DEMO_DATABASE", f"sqlite:///{installed / 'elearn.db'}")
    before = (installed / "elearn.db").read_bytes()
    code, _, err = typed("demo")
    assert code == 1 and "phường thật" in err
    code, _, err = typed("demo", "--replace")
    assert code == 1 and "phường thật" in err, "and is not thrown away either"
    assert (installed / "elearn.db").read_bytes() == before


def test_plain_http_beyond_this_machine_is_refused(installed, typed, served, monkeypatch):
    code, _, err = typed("serve", "--host", "0.0.0.0")
    assert code == 1 and "ELEARN_HALL=1" in err and not served
    monkeypatch.setenv("ELEARN_HALL", "1")
    code, out, _ = typed("serve", "--host", "0.0.0.0")
    assert code == 0 and served and "Chế độ hội trường" in out
    assert config.from_environment()["SECURE_COOKIES"] is False


def test_every_command_that_is_named_is_there():
    named = re.findall(r'"([a-z]+):(\w+)", "', inspect.getsource(cli))
    assert len(named) >= 12
    for module, function in named:
        assert callable(getattr(importlib.import_module(f"elearn.commands.{module}"), function))


@pytest.mark.postgres
def test_a_ward_is_set_up_looked_over_and_kept_on_a_database_server(
    instance, typed, nobody, password, postgres_url, monkeypatch, tmp_path, served
):
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE ward"))
    engine.dispose()
    address = postgres_url.replace("+psycopg", "").rpartition("/")[0] + "/ward"
    monkeypatch.setenv("DATABASE_URL", address)
    assert "elearn init" in str(typed("serve")[0])
    assert typed("init", *TOLD, "--password-file", password)[0] == 0
    assert not (instance / "elearn.db").exists()
    assert typed("tick")[0] == 0 and typed("recount")[0] == 0
    assert typed("backup", tmp_path / "a.zip")[0] == 0
    code, out, _ = typed("restore", tmp_path / "a.zip", "--check")
    assert code == 0 and "Diễn tập khôi phục: a.zip khôi phục thử được" in out
    code, out, _ = typed("doctor")
    assert code == 0 and "PostgreSQL" in out, out
    assert typed("user", "add", "--name", "Lê Quang Minh", "--role", "doan-thanh-nien", "--generate")[0] == 0
    code, _, err = typed("restore", tmp_path / "a.zip")
    assert code == 1 and "--replace" in err
    assert typed("restore", tmp_path / "a.zip", "--replace")[0] == 0
    with create_app(config.from_environment()).app_context():
        assert count(Person) == 1 and count(Ward) == 1
        db.session.remove()
        db.engine.dispose()
    assert typed("serve")[0] == 0 and served
