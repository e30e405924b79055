"""What a settings file may hold, read off its model: keys, types, defaults, and the docstrings below them."""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel

if TYPE_CHECKING:
    from enum import Enum

    from pydantic.fields import FieldInfo

_TYPES = {
    "Address": "address",
    "Cron": "cron expression",
    "Duration": "duration",
    "Path": "path",
    "Pattern": "pattern",
    "RuleName": "name of a rule",
    "SecretAddress": "address",
    "Selector": "selector",
    "Span": "duration",
    "Zone": "time zone",
    "bool": "true or false",
    "float": "number",
    "int": "whole number",
    "str": "text",
}


def key_table(model: type[BaseModel]) -> str:
    """A Markdown table of the keys of ``model``, without those that hold tables of their own."""
    rows = [_row(name, field, model) for name, field in model.model_fields.items() if not _holds_table(field)]
    return "\n".join(["| key | type | default | meaning |", "|---|---|---|---|", *rows])


def undocumented(model: type[BaseModel]) -> list[str]:
    """The keys of ``model`` that no docstring explains."""
    return [name for name, field in model.model_fields.items() if not _holds_table(field) and not _meaning(name, model)]


def member_meanings(members: type[Enum]) -> list[str]:
    """The docstring below each member of an enumeration, in order."""
    body = ast.parse(inspect.getsource(members)).body[0]
    assert isinstance(body, ast.ClassDef)
    found = zip(body.body, body.body[1:], strict=False)
    return [_docstring(after).replace("``", "`") for node, after in found if isinstance(node, ast.Assign)]


def _row(name: str, field: FieldInfo, model: type[BaseModel]) -> str:
    cells = (f"`{field.alias or name}`", _kind(_annotation(name, model)), _default(field), _meaning(name, model))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value in (None, (), {}, ""):
        return ""
    shown = list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Path) else value
    return f"`{str(shown).lower() if isinstance(shown, bool) else repr(shown).replace(chr(39), chr(34))}`"


def _kind(annotation: str) -> str:
    """An annotation in words."""
    bare = annotation.removesuffix(" | None")
    if listed := re.fullmatch(r"tuple\[(.*), \.\.\.\]", bare):
        return f"list: {_kind(listed[1])}"
    if chosen := re.fullmatch(r"Literal\[(.*)\]", bare):
        return " or ".join(f'`"{word}"`' for word in re.findall(r"'([^']*)'", chosen[1]))
    if annotated := re.fullmatch(r"Annotated\[(\w+), .*\]", bare):
        return _kind(annotated[1])
    return _TYPES[bare]


def _holds_table(field: FieldInfo) -> bool:
    """Whether the key stands for a table, or several, which have a section of their own."""
    return bool(models_in(field.annotation))


def models_in(annotation: object) -> list[type[BaseModel]]:
    """The models that a field's type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


def _annotation(name: str, model: type[BaseModel]) -> str:
    return _declared(model)[name][0]


def _meaning(name: str, model: type[BaseModel]) -> str:
    return _declared(model)[name][1].replace("``", "`")


@cache
def _declared(model: type[BaseModel]) -> dict[str, tuple[str, str]]:
    """Annotation and docstring of each field, those of the classes above included."""
    found: dict[str, tuple[str, str]] = {}
    for cls in reversed(model.__mro__):
        if "model_fields" in vars(cls) or cls.__module__.startswith("newscrawl"):
            found |= _fields(inspect.getsource(cls))
    return found


def _fields(source: str) -> dict[str, tuple[str, str]]:
    body = ast.parse(source).body[0]
    assert isinstance(body, ast.ClassDef)
    following = [*body.body[1:], None]
    return {
        node.target.id: (ast.unparse(node.annotation), _docstring(after))
        for node, after in zip(body.body, following, strict=True)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def _docstring(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return inspect.cleandoc(node.value.value).replace("\n", " ")
    return ""
