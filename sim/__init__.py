"""What happens to my event? A simulator of AWS Lambda's invocation models."""

import re
import sys
from importlib import import_module
from pathlib import Path

__version__ = "1.0.0"

# The stub beside this file says which names are public and where they are: type checkers and
# editors read it, too. Each is loaded when it is first used, so `import sim` is quick.
_STUB = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
_MODULE_OF = {
    name: module
    for module, name in re.findall(
        r"^from (\S+) import[\s(]+(\w+) as", _STUB, re.MULTILINE
    )
}
# The course's own names stood here once: they can still be used, but are shown in `sim.course`.
__all__ = sorted(  # noqa: PLE0605
    name for name, module in _MODULE_OF.items() if module != "sim.course"
)


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(
            f"module {__name__!r} has no attribute {name!r}",
            name=name,
            obj=sys.modules[__name__],
        )
    module = _MODULE_OF[name]
    if module == __name__:
        found = import_module(f"{module}.{name}")
    else:
        found = getattr(import_module(module), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
