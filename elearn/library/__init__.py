"""What is taught: courses, their lessons, their questions, and the dated facts they rest on."""
