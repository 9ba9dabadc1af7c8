"""Reading the corpus as a reviewer does: stored lines, quotations, what rests on a clause, where its words stand again."""
