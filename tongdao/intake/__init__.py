"""People's files become readings, with a receipt; a refused file changes nothing and nothing is ever lost.

bytes → ``reader`` (a child process: kind, encoding, archive checks) → sheets of text → ``layout`` (tidy or
wide, headings, notes) → entries → ``rules`` (what is impossible, what is doubtful) → ``receipt``; then
``deliveries`` keeps the bytes and ``readings.csv`` grows by a rename. Nothing doubtful is guessed: a value,
period, unit or name that would have to be is refused, all faults of a file at once.
"""
