"""The e-learning platform of a ward: short lessons on digital life, and who has finished them.

The map of the house. A room may use the rooms below it, never one above or beside it;
tests/house/test_floors.py holds this page against the imports.

   13  cli          what is typed: finds the command and hands over
   12  trial        the invented ward of `elearn run`
   11  commands     installing, and the chores of those who look after it
   10  server       serves the whole
    9  upkeep       migrations, backups, the look-over, the regular work
    8  app          puts the house together
    7  front        the front door: home page, navigation, errors, health
    6  report       telling the People's Committee: the official report, its frozen copies, the weekly page
       portal       telling other machines: feeds, the counts as JSON, the window for the ward's portal
    5  movement     the movement: campaigns, contests, where a visit helps, difficulties, activities
       exchange     passing counts on to a city, and taking in those of its wards
    4  progress     seeing: how far each residential group has come
       outreach     reaching: posters and links that carry the residential group
       desk         helping: the roster of the own group, neighbours, codes, cards, classes
       office       looking after the ward: people, groups, roles, lists, the audit
    3  learning     doing: attempts, completions, certificates, credits
       authoring    writing: drafts, previews, review, publication, facts
    2  library      what is taught: courses, lessons, revisions, facts
       privacy      what people may ask about their own data, and until when
    1  people       who: wards, residential groups, persons, roles, sessions
    0  kit          tools that know no word of the ward

In every room the files stand in the same order, and each may use only those above it in this list:

    rules        plain functions on plain values; no database, no web
    permissions  who may do what
    models       the tables
    queries      reads
    actions      writes; one intention, one transaction
    forms        what a person may type
    session      who is here
    views        one URL, one function: read the request, call, render
"""
