"""The game day that is played: what it promises to whoever is on call.

Here of one incident of each system; `make games` looks at all of them.
"""

import json
from functools import cache

import pandas as pd
import pytest

import sim
from sim.course.game.alarms import failure_stores, thresholds
from sim.course.game.console import Console
from sim.course.game.debrief import BEST, NOTHING, YOURS
from sim.course.game.drawn_incident import causes, draw, pairs
from sim.course.game.logs import clock_text
from sim.course.game.repairs import repairs_of
from sim.course.game.shop_parts import FOLDER, SECONDS, part, read
from tests.deploy.watched import RULES
from tests.game_proof import (
    INSTANTS,
    is_worth_playing,
    knows_nothing_of_later,
    same,
)
from tests.support.rows import holds_for_each

BUG = 4  # in the API alone: the cheapest to play
ROLL_BACK = ("orders-api", "roll back its code")
NUMBERS = {str(number): number for number in range(len(pairs()))}
SAMPLE = {draw(number).system: number for number in reversed(NUMBERS.values())}


@cache
def begun():
    """The bug's game day as it begins; nobody moves its clock."""
    return sim.course.game_day(BUG)


@cache
def played(*deeds):
    """The bug's game day with these repairs made one after another, handed over."""
    game = sim.course.game_day(BUG)
    for deed in deeds:
        game.repair(*deed)
    game.end()
    return game


# -- what is drawn


@pytest.mark.slow
def test_a_number_is_the_same_incident_whoever_plays_it():
    one, other = sim.course.game_day(BUG), sim.course.game_day(BUG)
    assert one.scenario == other.scenario
    same(one.console.metrics, other.console.metrics)
    assert one.now == other.now


def test_the_first_numbers_are_every_cause_in_every_system_that_it_fits():
    drawn = {(draw(n).cause.name, draw(n).system) for n in NUMBERS.values()}
    assert len(drawn) == len(pairs())
    assert {cause for cause, _ in drawn} == {one.name for one in causes()}
    assert {system for _, system in drawn} == {
        row["name"] for row in read("systems.json")
    }


def test_systems_go_from_one_function_to_the_whole_shop():
    sizes = [len(part(row).functions) for row in read("systems.json")]
    assert sizes[0] == 1
    assert sizes[-1] == len(sim.course.reference_system().functions)


def test_there_are_more_than_ten_causes_each_with_five_repairs_a_rule_and_its_page():
    rows = read("incidents.json")
    assert len({row["cause"] for row in rows}) == len(rows) >= 10
    for row in rows:
        assert len(row["repairs"]) == 5, row["cause"]
        assert row["source"].startswith("https://docs.aws.amazon.com/")
        assert row["sentence"].endswith(".")
        assert row["rule"].endswith(".")


@holds_for_each(NUMBERS)
def test_what_would_repair_an_incident_can_be_chosen_in_it(number):
    drawn = draw(number)
    offered = {(one.of, one.name) for one in repairs_of(drawn.incident.healthy)}
    assert {tuple(one) for one in drawn.cause.settings["repairs"]} <= offered


@pytest.mark.parametrize("number", [-1, 1.5, None, "seven"])
def test_what_is_no_number_is_refused_in_one_sentence(number):
    with pytest.raises(sim.ScenarioError, match=r"^game_day: number is .*\.$"):
        sim.course.game_day(number)


# -- the console and its clock


def test_a_game_begins_when_the_first_alarm_rings():
    game = begun()
    assert len(game.console.alarms)
    earlier = Console(game.scenario, BUG, game.now - 60)
    assert earlier.alarms.empty


@pytest.mark.slow
def test_the_clock_moves_by_the_minutes_that_somebody_waits_or_works():
    game = sim.course.game_day(BUG)
    began = game.now
    game.wait(5)
    assert game.now == began + 300
    game.repair(*ROLL_BACK)
    assert game.now == began + 300 + 180
    assert game.clock == clock_text(began + 480)[:5]


@pytest.mark.slow
def test_the_shift_ends_at_its_time_and_nothing_can_be_done_then():
    game = sim.course.game_day(BUG)
    game.wait(60)
    assert game.is_over
    assert game.now == SECONDS
    with pytest.raises(sim.ScenarioError, match=r"^Game day 4 is over; .*\.$"):
        game.wait(1)


def test_the_console_shows_nothing_from_the_future():
    knows_nothing_of_later(BUG, 600.0)


@pytest.mark.slow
@pytest.mark.parametrize("now", INSTANTS)
@holds_for_each(SAMPLE)
def test_no_console_shows_anything_from_the_future(number, now):
    knows_nothing_of_later(number, now)


def test_an_alarm_rings_after_its_minutes_and_says_since_when():
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html"""
    game = begun()
    alarm = game.console.alarms.set_index("metric").loc["Errors"]
    assert alarm.resource == "orders-api"
    assert alarm.value > alarm.threshold
    assert alarm.since_s == game.now == draw(BUG).incident.at + 3 * 60


@holds_for_each(NUMBERS)
def test_a_game_s_alarms_are_those_that_are_deployed(number):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html"""
    deployed = {rule["metric_name"]: rule for rule in RULES}
    alarms = draw(number).incident.scenario.alarms
    assert len({alarm.resource for alarm in alarms}) >= 1
    for alarm in alarms:
        rule = deployed[alarm.metric_name]
        assert alarm.namespace == rule["namespace"]
        assert alarm.statistic == rule["statistic"]
        assert alarm.evaluation_periods == rule["evaluation_periods"]
        if rule["unit"] != "of the timeout":
            limit = thresholds().get(alarm.metric_name, rule["threshold"])
            assert alarm.threshold == limit


def test_a_threshold_of_the_shop_s_own_has_a_reason():
    own = pd.read_csv(FOLDER / "thresholds.csv")
    assert set(own.metric) <= {rule["metric_name"] for rule in RULES}
    assert own.reason.str.endswith(".").all()


@pytest.mark.slow
def test_a_failure_store_rings_by_its_length_and_a_read_queue_by_its_age():
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html"""
    down = draw(13).incident.scenario
    console = Console(down, 13, 1200.0)
    rung = console.alarms.groupby("resource").metric.agg(set)
    assert rung["fulfilment-dlq"] == {"ApproximateNumberOfMessagesVisible"}
    assert rung["fulfilment-queue"] == {"ApproximateAgeOfOldestMessage"}
    assert failure_stores(down) == ["fulfilment-dlq"]
    assert console.queues.keeps_failures.to_dict() == {
        "fulfilment-queue": False,
        "fulfilment-dlq": True,
    }


def test_a_log_ends_with_the_report_of_the_last_run_that_has_ended():
    """https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"""
    console = begun().console
    lines = console.log("orders-api", 400)
    assert len(lines) == 400
    assert " REPORT RequestId: " in lines[-1]
    assert "\tMemory Size: 512 MB" in lines[-1]
    errors = [line for line in lines if "[ERROR]" in line]
    assert errors
    assert all(
        line.endswith("[ERROR] Exception: The handler failed.")
        for line in errors
    )


def test_a_log_names_the_database_that_does_not_answer():
    console = Console(draw(13).incident.scenario, 13, 540.0)
    assert console.log("fulfilment-worker")[-2].endswith(
        "[ERROR] ConnectionError: no answer from warehouse-db"
    )


# -- causes and repairs


@pytest.mark.slow
def test_a_cause_may_be_named_again_and_the_last_one_counts():
    game = sim.course.game_day(BUG)
    first, second, *_ = game.causes
    game.name_cause(first)
    game.name_cause(second)
    assert game.cause == second
    with pytest.raises(sim.ScenarioError, match=r"^There is no cause 'rain'"):
        game.name_cause("rain")


@pytest.mark.slow
def test_the_right_cause_is_known_as_such():
    game = sim.course.game_day(BUG)
    game.name_cause(draw(BUG).cause.name)
    assert game.end().is_right
    assert not played().debrief.is_right


@pytest.mark.slow
def test_a_repair_is_a_change_at_the_time_it_is_done():
    game = sim.course.game_day(BUG)
    before = game.scenario.changes
    game.repair("orders-api", "set its timeout to 60 s")
    assert game.scenario.changes == (
        *before,
        sim.Change(of="orders-api", at=game.now, timeout=60),
    )


@pytest.mark.slow
def test_what_cannot_be_done_or_is_refused_costs_no_time():
    game = sim.course.game_day(35)  # a queue without a dead-letter queue
    now = game.now
    with pytest.raises(sim.ScenarioError, match="cannot be done here"):
        game.repair("fulfilment-worker", "pray")
    with pytest.raises(
        sim.ScenarioError, match=r"that is refused\. RedrivePolicy needs"
    ):
        game.repair("fulfilment-queue", "allow 20 receives")
    assert game.now == now


@pytest.mark.slow
def test_messages_of_a_dead_letter_queue_go_back_to_their_queue():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html"""
    back = ("fulfilment-dlq", "send its messages back to their queue")
    nothing, yours = (sim.course.game_day(13) for _ in range(2))
    yours.wait(14)  # the database is there again
    yours.repair(*back)
    parked = yours.end().score.parked
    assert nothing.end().score.parked[NOTHING] == parked[NOTHING]
    assert parked[YOURS] < parked[NOTHING]


# -- the score


def test_nothing_is_told_before_the_end():
    game = begun()
    with pytest.raises(sim.ScenarioError, match="not over yet"):
        _ = game.debrief
    assert draw(BUG).cause.name not in repr(game)


@pytest.mark.slow
def test_whoever_does_nothing_has_the_night_with_nothing_done():
    score = played().debrief.score
    assert score.loc[YOURS].equals(score.loc[NOTHING])


@pytest.mark.slow
def test_the_best_repair_at_the_first_alarm_is_the_best_night_by_itself():
    score = played(ROLL_BACK).debrief.score
    assert score.loc[YOURS].equals(score.loc[BEST])
    assert score.damage[BEST] < score.damage[NOTHING]


@pytest.mark.slow
def test_a_repair_that_comes_later_helps_less():
    game = sim.course.game_day(BUG)
    game.wait(10)
    game.repair(*ROLL_BACK)
    score = game.end().score
    assert score.damage[BEST] < score.damage[YOURS] < score.damage[NOTHING]


@pytest.mark.slow
def test_the_score_says_what_is_lost_late_and_paid():
    """https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_testing_resiliency_game_days_resiliency.html"""
    debrief = played().debrief
    run = debrief.runs[NOTHING]
    told = (run.journeys.end == "told").sum()
    assert debrief.score.told[NOTHING] == told
    assert debrief.score.damage[NOTHING] == 2 * told
    paid = run.cost().cost_usd.sum()
    assert debrief.score.paid_usd[NOTHING] == pytest.approx(paid, abs=1e-4)


@pytest.mark.slow
def test_the_debrief_tells_the_story_of_an_event_that_was_hit():
    debrief = played().debrief
    journeys = debrief.runs[NOTHING].journeys.set_index("event")
    assert journeys.end[debrief.hit] == "told"


@pytest.mark.slow
@holds_for_each(SAMPLE)
def test_an_incident_has_a_repair_that_helps_one_that_does_not_and_an_alarm(
    number,
):
    is_worth_playing(number)


@pytest.mark.slow
def test_no_alarm_rings_before_the_trouble_that_begins_at_an_instant():
    begins = [
        number
        for number in NUMBERS.values()
        if not draw(number).cause.settings.get("latent")
        and draw(number).incident.at > 300
    ]
    rang = {
        number: alarms.to_dict("records")
        for number in begins
        for alarms in [
            Console(
                draw(number).incident.scenario, number, draw(number).incident.at
            ).alarms
        ]
        if len(alarms)
    }
    assert rang == {}


def test_an_incident_is_kept_as_plain_settings():
    for row in read("incidents.json"):
        assert json.loads(json.dumps(row)) == row
