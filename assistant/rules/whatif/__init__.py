"""What would have to change: exact ranges of the facts an applicant can still move, plans, scores, two scenarios."""
