"""django-helpdesk from the package index, in an environment of its own; the machine, words and server are ours."""
