"""Templates, plans, and files beside templates, with something wrong in them.

`python -m tests.support.template_mutants 5000 7` reads so many, drawn by this seed, and prints each
that does not end in a reading or a sentence, takes long, or takes much memory; then what came of
all.
"""

import json
import math
import random
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import sim
from sim.template import Reading
from sim.template.text.load import load_text
from tests.support.mutations import wrong_document, wrong_text
from tests.support.paths import ROOT
from tests.support.real_plans import real_plan
from tests.template.test_terraform_twins import TWINS

LONGEST_SECONDS = 2.0
"""Of the processor, not of the clock: a busy machine makes no difference."""
LONGEST_SENTENCE = 3_000
MOST_MEMORY = 300_000_000
"""Bytes above what the import takes."""
PLACES = (
    "tests/template/templates/*.yaml",
    "tests/template/templates/*.json",
    "data/deploy/*/*.yaml",
)
BESIDE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: a.b, CodeUri: src}
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: machine.asl.json
      DefinitionSubstitutions: {Function: !GetAtt F.Arn}
  A:
    Type: AWS::Serverless::Api
    Properties: {StageName: live, DefinitionUri: api.json}
  "Fn::Transform": {Name: AWS::Include, Parameters: {Location: included.json}}
"""
TASK = {
    "Type": "Task",
    "Resource": "${Function}",
    "TimeoutSeconds": 7,
    "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}],
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "End"}],
    "Next": "Choose",
}
INVOKE = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "${Function}", "Payload.$": "$"},
    "HeartbeatSeconds": 9,
    "End": True,
}
URI = "arn:aws:apigateway:us-east-1:lambda:path/functions/${F.Arn}/invocations"
FILES_BESIDE = {
    "machine.asl.json": {
        "StartAt": "Work",
        "QueryLanguage": "JSONPath",
        "States": {
            "Work": TASK,
            "Choose": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.a", "NumericEquals": 1, "Next": "All"}
                ],
                "Default": "Each",
            },
            "All": {
                "Type": "Parallel",
                "Branches": [
                    {"StartAt": "One", "States": {"One": INVOKE}},
                ],
                "Next": "End",
            },
            "Each": {
                "Type": "Map",
                "ItemProcessor": {"StartAt": "One", "States": {"One": INVOKE}},
                "MaxConcurrency": 4,
                "Next": "End",
            },
            "End": {"Type": "Succeed"},
        },
    },
    "api.json": {
        "openapi": "3.0.1",
        "paths": {
            "/orders/{id}": {
                "get": {
                    "security": [{"guard": []}],
                    "x-amazon-apigateway-integration": {
                        "type": "aws_proxy",
                        "httpMethod": "POST",
                        "timeoutInMillis": 5_000,
                        "uri": {"Fn::Sub": URI},
                    },
                }
            }
        },
        "components": {
            "securitySchemes": {
                "guard": {
                    "type": "apiKey",
                    "x-amazon-apigateway-authorizer": {
                        "type": "token",
                        "authorizerUri": {"Fn::Sub": URI},
                        "authorizerResultTtlInSeconds": 60,
                    },
                }
            }
        },
    },
    "included.json": {
        "Q": {"Type": "AWS::SQS::Queue"},
        "E": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": {"Ref": "F"},
                "EventSourceArn": {"Fn::GetAtt": ["Q", "Arn"]},
            },
        },
    },
}


class Mutant(NamedTuple):
    """A text, what was done to it, and its file's name if it lies beside a template."""

    done: str
    text: str
    beside: str = ""


def templates() -> list[Path]:
    """The project's own templates."""
    found = (path for place in PLACES for path in ROOT.glob(place))
    return sorted(path for path in found if "reads_as" not in path.name)


def mutants(seed: int) -> Iterator[Mutant]:
    """Spoiled texts, without end."""
    texts = _texts()
    drawn = random.Random(seed)
    while True:
        name = drawn.choice(list(texts))
        if drawn.random() < 0.25:
            done, text = wrong_text(texts[name], drawn)
        else:
            done, text = wrong_document(load_text(texts[name]), drawn)
        beside = name if name in FILES_BESIDE else ""
        yield Mutant(f"{name}: {done}", text, beside)


def _texts() -> dict[str, str]:
    """Templates, plans and files beside templates, by name."""
    own = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in templates()
    }
    plans = {
        f"plan of {name}": _indented(json.loads(real_plan(file)))
        for name, (file, *_) in TWINS.items()
    }
    files = {name: _indented(FILES_BESIDE[name]) for name in FILES_BESIDE}
    return {**own, **plans, **files}


def _indented(document: object) -> str:
    """A document as JSON of many lines, which a mutant can change one by one."""
    return json.dumps(document, indent=1)


def outcome(mutant: Mutant, longest: float = math.inf) -> str:
    """What comes of a mutant in so many seconds: "read", "refused …", or "failed: …"."""
    start = time.process_time()
    try:
        _read(mutant).advise()
        found = "read"
    except sim.TemplateError as error:
        found = _refused(error.problems)
    except Exception:
        found = f"failed: {traceback.format_exc(limit=-3)}"
    seconds = time.process_time() - start
    return found if seconds <= longest else f"failed: {seconds:.1f} s"


def _refused(sentences: Sequence[str]) -> str:
    """Each sentence is one line of no great length, and ends as sentences do."""
    for sentence in sentences:
        sound = sentence.isprintable() and sentence.endswith((".", "?"))
        if not sound or len(sentence) > LONGEST_SENTENCE:
            return f"failed: {sentence[:500]!r} … {sentence[-100:]!r}"
    return f"refused in {min(len(sentences), 9)} sentences"


def _read(mutant: Mutant) -> Reading:
    if not mutant.beside:
        return sim.read_template(mutant.text + "\n")
    with TemporaryDirectory() as folder:
        for name, content in FILES_BESIDE.items():
            Path(folder, name).write_text(json.dumps(content))
        spoiled = mutant.text.encode("utf-8", "surrogatepass")
        Path(folder, mutant.beside).write_bytes(spoiled)
        template = Path(folder, "template.yaml")
        template.write_text(BESIDE)
        return sim.read_template(template)


def limit_memory() -> None:
    """From here on the process may take only so much more."""
    sim.read_template(templates()[0])
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MOST_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main(count: int, seed: int) -> int:
    """Read so many; returns how many failed."""
    limit_memory()
    found: Counter[str] = Counter()
    for number, mutant in zip(range(count), mutants(seed), strict=False):
        came = outcome(mutant, LONGEST_SECONDS)
        found[came.split(":")[0]] += 1
        if came.startswith("failed"):
            print(f"{number}: {mutant.done}\n{came}", flush=True)
    print(f"{count} templates: {dict(found)}")
    return found["failed"]


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])) > 0)
