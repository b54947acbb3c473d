"""How words are cut, what is searched for, where a passage begins and what of a text is shown. Pure."""
