"""JUnit's XML, which continuous integration shows: a test case for each thing that was asked.

The elements and attributes are those that Jenkins, GitLab and GitHub's reporters read:
https://github.com/testmoapp/junitxml
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from sim.markup import visible


@dataclass(frozen=True)
class Case:
    """What was asked, and the sentences that say what failed; none if it holds.

    `within`: what the case belongs to, such as a file.
    """

    within: str
    name: str
    failures: Sequence[str] = ()


def junit(suite: str, cases: Sequence[Case]) -> str:
    """The text of a report with one suite."""
    failed = sum(bool(case.failures) for case in cases)
    counts = {
        "tests": f"{len(cases)}",
        "failures": f"{failed}",
        "errors": "0",
    }
    suites = ET.Element("testsuites", counts)
    named = ET.SubElement(suites, "testsuite", {"name": suite, **counts})
    for case in cases:
        _add(named, case)
    ET.indent(suites)
    # all else by its number, whatever the encoding of the output is
    text = ET.tostring(suites, encoding="us-ascii", xml_declaration=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text.decode()}'


def _add(suite: ET.Element, case: Case) -> None:
    attributes = {
        "classname": visible(case.within),
        "name": visible(case.name),
    }
    element = ET.SubElement(suite, "testcase", attributes)
    if case.failures:
        first = {"message": visible(case.failures[0])}
        failure = ET.SubElement(element, "failure", first)
        failure.text = visible("\n".join(case.failures))
