"""The stage: what happens to events, as a picture that moves.

Python makes a *scene* of runs, one binary message; JavaScript draws it. The message has the length
of its header (32 bits, little-endian), the header in JSON, and columns of numbers, each begun at a
multiple of 8 bytes. Times are in seconds.

Header: version; title; words; seconds (the last instant at which anything is drawn); first_moment
(where a race rests); lanes; ends and marks (the words of the codes in columns); bands; system;
columns (name, type and count of each, in order). A lane: name; model; sender; keeper (null: the
caller holds the line); note; run; first and count (its deliveries; none of a crowd); environments
(how many rows); limit; rules (by mark: the sentence behind it); counts (of deliveries by end, of
throttles and runs of the function); events (how many deliveries there are); each (how many a mark
stands for).

Columns of deliveries, lane by lane in order of arrival: event; row (the event from outside, the
same in every lane); arrived; settled and told (since arrival; NaN: never); told_error; end; store
(1: dead-letter queue, 2: on-failure destination); first_span (and one more, the end of the last).
Columns of their spans, in order of start: start and stop (since the delivery's arrival); mark;
environment (its row in the lane; 65535: none); attempt (the try that it is or waits for; 0: a
second copy's); batch (what the records of one invocation share; 0: alone).
"""
