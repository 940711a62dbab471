"""A platform of civil society as Pakt sees it from outside, with members who are made up: what `pakt civikos` runs."""
