"""Fills NOW-LMS with the course and a class, through its own models. Run by NOW-LMS's Python.

python seed_now_lms.py COURSE.json LEARNERS COMPLETIONS TOLD.json: what the cases need to know, as JSON
"""

import json
import sys
from pathlib import Path

from now_lms import initial_setup, lms_app
from now_lms.auth import proteger_passwd
from now_lms.db import (
    Curso,
    CursoRecurso,
    CursoRecursoAvance,
    CursoSeccion,
    EstudianteCurso,
    Evaluation,
    Question,
    QuestionOption,
    Usuario,
    database,
)

PASSWORD, CODE = "mua rau 45", "thanh-toan"


def main(course, learners, completions):
    """Make the course and the class; return what the cases need to know."""
    initial_setup()
    with lms_app.app_context():
        texts, quiz = make_course(course)
        names = make_class(learners)
        whole = {"curso": CODE, "completado": True, "requerido": "required"}
        for number in range(completions):
            person, text = names[number % len(names)], texts[number // len(names) % len(texts)]
            database.session.add(CursoRecursoAvance(usuario=person, recurso=text, **whole))
        database.session.commit()
        asked = database.session.get(Evaluation, quiz).questions
        questions = {one.id: [option.id for option in one.options] for one in asked}
    told = {"course": CODE, "texts": texts, "quiz": quiz, "questions": questions}
    return told | {"learners": names, "password": PASSWORD}


def make_course(course):
    """Make the parts with their texts and quizzes; return the ids of the texts and of the first quiz."""
    title = course["title"]
    whole = {"estado": "open", "publico": True, "modalidad": "self_paced", "duracion": 7, "nivel": 1}
    whole |= dict.fromkeys(("pagado", "auditable", "certificado", "portada", "limitado"), False)
    add(Curso(nombre=title, codigo=CODE, descripcion_corta=title, descripcion=title, **whole))
    sections = [
        add(CursoSeccion(curso=CODE, nombre=name, descripcion=name, indice=number, estado=True))
        for number, name in enumerate(course["parts"], 1)
    ]
    texts, quizzes = [], []
    for lesson in course["lessons"]:
        section = sections[lesson["part"] - 1].id
        whole = {"tipo": "text", "indice": lesson["number"], "publico": True, "requerido": "required"}
        words = "\n\n".join(lesson["paragraphs"])
        whole |= {"nombre": lesson["title"], "descripcion": words}  # its page shows this, not `text`
        texts.append(add(CursoRecurso(curso=CODE, seccion=section, **whole)).id)
        quiz = add(Evaluation(section_id=section, title=lesson["quiz_title"], passing_score=80.0))
        for order, asked in enumerate(lesson["questions"], 1):
            question = Question(evaluation_id=quiz.id, type="multiple", text=asked, order=order)
            question.options = [
                QuestionOption(text=choice, is_correct=number == 0)
                for number, choice in enumerate(course["choices"])
            ]
            database.session.add(question)
        quizzes.append(quiz.id)
    database.session.commit()
    return texts, quizzes[0]


def make_class(learners):
    """Make so many learners of the course; hashing one password for all of them."""
    hashed = proteger_passwd(PASSWORD)
    names = [f"lan{number}" for number in range(1, learners + 1)]
    whole = {"acceso": hashed, "nombre": "Nguyễn Thị", "tipo": "student", "activo": True}
    whole |= {"correo_electronico_verificado": True, "visible": True}
    for number, name in enumerate(names, 1):
        mail = f"{name}@example.org"
        person = Usuario(usuario=name, apellido=f"Lan {number}", correo_electronico=mail, **whole)
        database.session.add(person)
    database.session.flush()
    database.session.add_all([EstudianteCurso(curso=CODE, usuario=name, vigente=True) for name in names])
    database.session.commit()
    return names


def add(row):
    """Add a row and let it have its id."""
    database.session.add(row)
    database.session.flush()
    return row


if __name__ == "__main__":
    told = main(json.loads(Path(sys.argv[1]).read_text()), int(sys.argv[2]), int(sys.argv[3]))
    Path(sys.argv[4]).write_text(json.dumps(told))
