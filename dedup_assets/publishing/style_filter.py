"""A large style sheet cut down to the rules that our pages can meet.

Put here the cut of any style sheet by class names. Keep out which sheet and which names (``assets.py``).

A selector stays when every class in it is used; classes inside ``:not()`` and its like need not be, for they say what
an element is not. Selectors without classes stay. What would be requested from elsewhere is replaced or cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import tinycss2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tinycss2.ast import Declaration, Node, QualifiedRule

# Groups of rules that stay if anything in them does. Of other at-rules, fonts and animations are left out: fonts are
# the site's business, and nothing on the pages moves.
_GROUPS = frozenset({"media", "supports", "layer", "container"})


def keep_used(sheet: str, used: frozenset[str], picture: Callable[[str], str | None]) -> str:
    """The rules of ``sheet`` whose classes are all in ``used``, as CSS without comments.

    ``picture`` gives what an address in ``url()`` is replaced by, or None to have the declaration cut.
    The same input gives the same text.
    """
    nodes = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    return "\n".join(_rules(nodes, used, picture))


def classes(tokens: Iterable[Node]) -> set[str]:
    """The class names that a selector asks for; ``tokens`` as tinycss2 reads them."""
    found, after_dot = set(), False
    for token in tokens:
        if after_dot and token.type == "ident":
            found.add(token.value)
        after_dot = token.type == "literal" and token.value == "."
    return found


def _rules(nodes: Iterable[Node], used: frozenset[str], picture: Callable[[str], str | None]) -> list[str]:
    kept = []
    for node in nodes:
        if node.type == "qualified-rule":
            kept += _rule(node, used, picture)
        elif node.type == "at-rule" and node.lower_at_keyword in _GROUPS and node.content is not None:
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            rules = _rules(inner, used, picture)
            if rules:
                kept.append(f"@{node.at_keyword}{tinycss2.serialize(node.prelude)}{{{''.join(rules)}}}")
    return kept


def _rule(node: QualifiedRule, used: frozenset[str], picture: Callable[[str], str | None]) -> list[str]:
    selectors = [tinycss2.serialize(each).strip() for each in _selectors(node.prelude) if classes(each) <= used]
    if not selectors:
        return []
    declarations = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
    said = [text for each in declarations if each.type == "declaration" and (text := _declaration(each, picture))]
    return [f"{','.join(selectors)}{{{';'.join(said)}}}"] if said else []


def _selectors(prelude: Iterable[Node]) -> list[list[Node]]:
    """The parts of a selector list; commas inside brackets belong to one part."""
    parts: list[list[Node]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _declaration(declaration: Declaration, picture: Callable[[str], str | None]) -> str | None:
    value = []
    for token in declaration.value:
        if not _is_address(token):
            value.append(token.serialize())
            continue
        replaced = picture(_address(token))
        if replaced is None:
            return None
        value.append(f'url("{replaced}")')
    important = "!important" if declaration.important else ""
    return f"{declaration.name}:{''.join(value).strip()}{important}"


def _is_address(token: Node) -> bool:
    return bool(token.type == "url" or (token.type == "function" and token.lower_name == "url"))


def _address(token: Node) -> str:
    if token.type == "url":
        return str(token.value)
    return "".join(each.value for each in token.arguments if each.type == "string")
