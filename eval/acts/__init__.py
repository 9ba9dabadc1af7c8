"""What messages do, learned: labelled utterances, cross-validation by author, the shipped weights."""
