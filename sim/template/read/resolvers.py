"""How AppSync's resolvers invoke the function of a data source: they wait for it, or do not.

https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-lambda-js.html,
https://docs.aws.amazon.com/appsync/latest/devguide/resolver-mapping-template-reference-lambda.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft

RESOLVERS = (
    "AWS::AppSync::Resolver",
    "AWS::AppSync::FunctionConfiguration",
)
REQUESTS = ("Code", "RequestMappingTemplate")
"""Where a resolver says what it asks for: in JavaScript, or as JSON in a mapping template."""
ASKS_EVENT = re.compile(r"""invocationType["']?\s*:\s*["']Event["']""")
SYNC, EVENT = "appsync_sync", "appsync_event"


def kinds_of_data_source(draft: Draft, source: Resource) -> list[str]:
    """The kinds of triggers that the resolvers of a data source are, each once.

    One whose code is elsewhere waits, as AppSync does unless it is told otherwise.
    """
    kinds = [
        EVENT if any(map(ASKS_EVENT.search, _requests(resolver))) else SYNC
        for resolver in draft.template.of_type(*RESOLVERS)
        if _is_of(draft, resolver, source)
    ]
    return list(dict.fromkeys(kinds)) or [SYNC]


def _is_of(draft: Draft, resolver: Resource, source: Resource) -> bool:
    """Whether a resolver names the data source, by a reference or by its name."""
    named = resolver.get("DataSourceName")
    found = draft.template.find(named)
    return found is source or (
        named is not None and named == source.get("Name")
    )


def _requests(resolver: Resource) -> Iterator[str]:
    for place in REQUESTS:
        written = resolver.get(place)
        if isinstance(written, str):
            yield written
