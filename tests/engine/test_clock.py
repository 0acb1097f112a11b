"""The clock: SimPy's own, with calls beside its events."""

from sim.engine.clock import ARRIVAL, END, TIMER, UPKEEP, Clock, Deadlines


def test_at_one_instant_ends_come_before_timers_and_timers_before_arrivals():
    clock, called = Clock(), []
    for rank in (ARRIVAL, TIMER, UPKEEP, END):
        clock.after(5, called.append, rank, rank)
    clock.run(6)
    assert called == [END, UPKEEP, TIMER, ARRIVAL]


def test_what_happens_at_the_instant_of_the_stop_comes_later():
    clock, called = Clock(), []
    clock.after(5, called.append, "end", END)
    clock.run(5)
    assert (clock.now, called) == (5, [])
    clock.run(6)
    assert called == ["end"]


def test_processes_of_simpy_run_on_the_same_clock():
    clock, told = Clock(), []

    def process():
        for _ in range(2):
            yield clock.timeout(3)
            told.append(clock.now)

    clock.process(process())
    clock.after(4, lambda _: told.append("four"))
    clock.run(10)
    assert told == [3, "four", 6]


def test_a_deadline_expires_only_what_is_not_over():
    clock, expired = Clock(), []
    over = {"b"}
    deadlines = Deadlines(clock, 10, over.__contains__, expired.append)
    for delay, item in ((0, "a"), (1, "b"), (2, "c")):
        clock.after(delay, deadlines.watch, item)
    clock.run(11)
    assert expired == ["a"]
    clock.run(13)
    assert expired == ["a", "c"]
