"""How traffic moves between providers; every second of it is counted here, none is waited for."""

from collections import Counter

from beffroi.gateways.sms.balance import Balance
from beffroi.gateways.sms.pace import Pace


class Clock:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


def two(**weights):
    clock = Clock()
    return Balance(weights or {"a": 51, "b": 49}, clock=clock), clock


def answers(balance, name, count, *, good=True, took_s=0.1):
    for _ in range(count):
        balance.note(name, good=good, took_s=took_s)


def seconds(balance, clock, count, *, each=lambda: None):
    for _ in range(count):
        clock.now += 1
        each()
        balance.review()


def test_each_gets_its_share_evenly():
    balance, _ = two(a=75, b=25)
    drawn = [balance.pick(["a", "b"]) for _ in range(100)]
    assert Counter(drawn) == {"a": 75, "b": 25}
    assert "bb" not in "".join(drawn)


def test_a_provider_without_weight_is_picked_only_alone():
    balance, _ = two(a=100, b=0)
    assert {balance.pick(["a", "b"]) for _ in range(50)} == {"a"}
    assert balance.pick(["b"]) == "b"


def test_errors_move_ten_points_a_minute_and_no_more():
    balance, clock = two()

    def trouble():
        answers(balance, "a", 4)
        answers(balance, "a", 1, good=False)
        answers(balance, "b", 5)

    seconds(balance, clock, 30, each=trouble)
    assert balance.weights == {"a": 41, "b": 59}
    seconds(balance, clock, 60, each=trouble)
    assert balance.weights == {"a": 31, "b": 69}


def test_a_few_errors_prove_nothing():
    balance, clock = two()
    answers(balance, "a", 5, good=False)
    seconds(balance, clock, 10)
    assert balance.weights == {"a": 51, "b": 49}


def test_a_slow_provider_loses_ten_points_but_not_when_all_are_slow():
    balance, clock = two()
    answers(balance, "a", 20, took_s=9)
    answers(balance, "b", 20)
    seconds(balance, clock, 2)
    assert balance.weights == {"a": 41, "b": 59}
    both, clock = two()
    for name in "ab":
        answers(both, name, 20, took_s=9)
    seconds(both, clock, 600)
    assert both.weights == {"a": 51, "b": 49}


def test_after_a_quarter_of_an_hour_of_quiet_it_comes_back_by_steps():
    balance, clock = two()
    answers(balance, "a", 20, good=False)
    seconds(balance, clock, 130)
    moved = balance.weights["a"]
    assert moved in {31, 41}
    seconds(balance, clock, 800)
    assert balance.weights["a"] == moved
    seconds(balance, clock, 700)
    assert balance.weights == {"a": 51, "b": 49}


def test_ten_failures_in_a_row_open_the_breaker_each_time_for_longer():
    balance, clock = two()
    answers(balance, "a", 9, good=False)
    assert balance.allows("a")
    answers(balance, "a", 1, good=False)
    assert not balance.allows("a") and balance.allows("b")
    clock.now += 15
    assert balance.allows("a")
    answers(balance, "a", 1, good=False)
    clock.now += 15
    assert not balance.allows("a")
    clock.now += 15
    assert balance.allows("a")
    answers(balance, "a", 1)
    answers(balance, "a", 9, good=False)
    assert balance.allows("a")


def test_the_only_provider_is_never_put_aside():
    balance, clock = two(a=50)
    answers(balance, "a", 100, good=False)
    seconds(balance, clock, 100)
    assert balance.allows("a") and balance.weights == {"a": 50}


def test_the_rate_that_was_bought_is_kept_in_parts():
    pace, now, sent = Pace(100), 0.0, 0
    while now < 10:
        if not pace.wait_s(now):
            pace.spend(3, now)
            sent += 3
        now += 0.001
    assert 990 <= sent <= 1_015


def test_an_urgent_message_never_waits_behind_campaigns_that_use_the_whole_rate():
    pace, now, sent = Pace(100), 0.0, 0
    while now < 10:
        assert not pace.wait_s(now, urgent=True)
        if not pace.wait_s(now):
            pace.spend(1, now)
            sent += 1
        now += 0.001
    assert 990 <= sent <= 1_015

    for _ in range(10):
        assert not pace.wait_s(now, urgent=True)
        pace.spend(1, now)
    assert pace.wait_s(now, urgent=True) < 0.02 < pace.wait_s(now)


def test_a_complaint_slows_down_and_time_heals():
    pace = Pace(100)
    pace.throttled(1.0)
    assert 0 < pace.wait_s(1.0) < 0.11
    pace.throttled(1.05)
    assert pace.wait_s(1.2) == 0.0
    pace.throttled(1.3)
    assert 0.1 < pace.wait_s(1.3) < 0.21
    for second in range(2, 60):
        pace.accepted(float(second))
    pace.spend(100, 60.0)
    assert 0.85 < pace.wait_s(60.0) < 1.0
