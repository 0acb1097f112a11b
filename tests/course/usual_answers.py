"""Usual wrong answers to the exercises, as a learner writes them, by lesson and answer."""

WRONG: dict[str, dict[str, list[str]]] = {
    "00-start-here": {
        "answer_1": ["32", "40"],
        "answer_2": ["40", "0", "17", "7"],
        "answer_3": [
            'broken.with_setting("functions.worker.memory_size", 2048)',
            (
                'broken.with_setting("functions.worker.event_invoke_config.'
                'maximum_retry_attempts", 1)'
            ),
            (
                'broken.with_setting("functions.worker.behaviour.handler", '
                "sim.Constant(0.1))"
            ),
            "broken.replace(traffic=[])",
        ],
    },
    "01-synchronous": {
        "answer_1": ["8", "1", "0"],
        "answer_2": ["4", "9", "5", "12"],
        "answer_3": [
            (
                'broken.with_setting("functions.*.behaviour.handler", '
                "sim.Constant(seconds=5))"
            ),
            'broken.with_setting("functions.*.timeout", 20)',
            'broken.with_setting("traffic.*.caller", sim.Caller())',
        ],
    },
    "02-asynchronous": {
        "answer_1": ["3", "2", "0"],
        "answer_2": ["1", "15", "17"],
        "answer_3": [
            "broken.replace(outages=[])",
            (
                'broken.with_setting(path + "dead_letter_config", '
                'sim.DeadLetterConfig(target_arn="Undelivered"))'
            ),
        ],
    },
    "03-queues": {
        "answer_1": ["9", "10", "5"],
        "answer_2": ["240", "120", "480", "6"],
        "answer_3": [
            'broken.with_setting(mapping + "batch_size", 1)',
            (
                "broken.with_setting(function + "
                '"reserved_concurrent_executions", 100)'
            ),
            'broken.with_setting(queue + "visibility_timeout", 600)',
        ],
    },
    "04-streams": {
        "answer_1": ["6", "5", "7"],
        "answer_2": ["5", "2", "3", "1"],
        "answer_3": [
            'broken.with_setting(path + "function_response_types", ())',
            'broken.with_setting(path + "maximum_retry_attempts", 5)',
        ],
    },
    "05-schedules-and-third-parties": {
        "answer_1": ["420", "270", "60", "50", "5"],
        "answer_2": ["30", "60", "600", "86400", "3"],
        "answer_3": [
            'broken.with_setting("traffic.*.caller.read_timeout", 60)',
            (
                'broken.with_setting("functions.WebhookFunction.'
                'reserved_concurrent_executions", 100)'
            ),
            'broken.with_setting("functions.WebhookFunction.memory_size", 1769)',
        ],
    },
    "06-concurrency-and-cold-starts": {
        "answer_1": ["5", "10", "12"],
        "answer_2": ["7", "4", "3", "9"],
        "answer_3": [
            'broken.with_setting("functions.ReportFunction." + reserved, 10)',
            'broken.with_setting(fn + "memory_size", 1024)',
        ],
    },
    "07-compare": {
        "answer_1": ["7", "5", "11"],
        "answer_2": ["8", "10", "12", "5", "20"],
        "answer_3": [
            "broken.with_setting(five, 50)",
            'broken.with_setting("traffic.*.arrivals", sim.Burst(events=60))',
        ],
    },
    "08-your-own-template": {
        "answer_1": [
            "(1 - 0.9**10) ** 3",
            "0.1**5",
            "(1 - 0.9**5) ** 3",
            "0.12",
            "11.7",
        ],
        "answer_2": ["12", "3", "10", "14"],
        "answer_3": [
            "broken.with_setting(stations, 3)",
            'broken.with_setting(queue + "redrive_policy.max_receive_count", 9)',
            "broken.replace(traffic=[])",
        ],
    },
    "09-the-reference-system": {
        "answer_1": [
            (
                'day["hot key"].scenario.with_setting("functions.order-publisher.'
                'reserved_concurrent_executions", 100)'
            ),
            'day["hot key"].scenario.replace(traffic=[])',
        ],
        "answer_2": ["0.5", "0.1", "0.05"],
        "answer_3": [
            'broken.with_setting(stream + "maximum_record_age_in_seconds", -1)'
        ],
    },
    "10-the-catalogue": {
        "answer_1": ["51", "37"],
        "answer_2": [
            "set(delivered.index)",
            '{"sns"}',
            'patient | {"sqs_standard"}',
        ],
        "answer_3": [
            (
                'broken.replace(triggers=[sim.trigger("sns", "worker")], '
                'traffic=[broken.traffic[0].replace(into="sns")])'
            ),
            'broken.with_setting("functions.worker.behaviour.error_rate", 0)',
        ],
    },
    "11-your-own-function": {
        "answer_1": ["0.0", "0.5", "100"],
        "answer_2": ["10", "24", "12"],
        "answer_3": [
            'broken.with_setting("functions.orders.behaviour.error_rate", 0)',
            "broken.replace(traffic=[])",
        ],
    },
}

UNCLEAR = [
    "object()",
    "__import__('pandas').Series([1, 2])",
    "__import__('pandas').DataFrame({'a': [1, 2]})",
    "'  no idea  '",
    "float('nan')",
    "True",
]
"""What is no answer to any exercise."""
