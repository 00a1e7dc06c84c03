"""From text to tree: the grammar of FEEL (DMN 1.5, section 10.3.1), by recursive descent.

Binding, weakest first: function, if, for, some, every - or - and - comparison, between, in - + - - * / - ** - negation -
instance of - path, filter, invocation. Depth is bounded, so hostile nesting is refused and never exhausts the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.errors import FeelSyntax
from mingtang.engines.dmn.feel.names import BUILTIN_NAMES
from mingtang.engines.dmn.feel.temporal import parse_any
from mingtang.engines.dmn.feel.text import Reader
from mingtang.engines.dmn.feel.parser_types import DEEPEST, TypeParser

_BUILTINS = frozenset(BUILTIN_NAMES)
_COMPARE = ("<=", ">=", "!=", "<", ">", "=")


def parse(text: str, names: Iterable[str] = ()) -> ast.Node:
    """The tree of the expression ``text``; ``names`` are known variables (with spaces). Raises FeelSyntax with line and column."""
    return _read(text, names, _Parser.expression)


def parse_unary_tests(text: str, names: Iterable[str] = ()) -> ast.UnaryTests:
    """The tree of a cell's unary tests: ``-``, ``not(...)``, or tests separated by commas. Raises FeelSyntax."""
    return _read(text, names, _Parser.unary_tests)


def _read(text: str, names: Iterable[str], what: Callable[[_Parser], Any]) -> Any:
    parser = _Parser(text, names)
    try:
        node = what(parser)
    except RecursionError:
        raise parser.read.fail("nested too deep") from None
    parser.finish()
    return node


class _Parser(TypeParser):
    def __init__(self, text: str, names: Iterable[str]) -> None:
        super().__init__(Reader(text, _BUILTINS.union(names)))
        self._in_range_end = 0

    def finish(self) -> None:
        if not self.read.done:
            raise self.read.fail(f"unexpected {self.read.text[self.read.at:self.read.at + 12]}")

    # -- unary tests

    def unary_tests(self) -> ast.UnaryTests:
        read = self.read
        at = read.at
        if read.peek("-") and not read.text[at + 1:].strip():
            read.take("-")
            return ast.UnaryTests(at, ())
        if read.is_word("not"):
            mark = read.at
            read.take_word("not")
            if read.take("("):
                tests = self._tests()
                read.need(")")
                if read.done:
                    return ast.UnaryTests(at, tests, negated=True)
            read.at = mark
        if read.done:
            raise read.fail("empty test")
        return ast.UnaryTests(at, self._tests())

    def _tests(self) -> tuple[ast.Node, ...]:
        tests = [self._test()]
        while self.read.take(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self) -> ast.Node:
        at = self.read.at
        for op in _COMPARE:
            if self.read.take(op):
                return self._open_range(at, op, self._additive())
        return self.expression()

    @staticmethod
    def _open_range(at: int, op: str, end: ast.Node) -> ast.RangeNode:
        if op in ("<", "<="):
            return ast.RangeNode(at, None, end, False, op == "<=", op)
        if op in (">", ">="):
            return ast.RangeNode(at, end, None, op == ">=", False, op)
        return ast.RangeNode(at, end, end, True, True, op)

    # -- expressions

    def expression(self) -> ast.Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.read.fail(f"nested deeper than {DEEPEST}")
        try:
            return self._expression()
        finally:
            self._depth -= 1

    def _expression(self) -> ast.Node:
        read = self.read
        at = read.at
        if read.is_word("function"):
            mark = read.at
            read.take_word("function")
            if read.peek("("):
                return self._function(at)
            read.at = mark
        if read.take_word("if"):
            condition = self.expression()
            read.need_word("then")
            then = self.expression()
            read.need_word("else")
            return ast.If(at, condition, then, self.expression())
        if read.take_word("for"):
            domains = self._domains("return")
            read.need_word("return")
            read.learn("partial")
            return ast.For(at, domains, self.expression())
        for kind in ("some", "every"):
            if read.take_word(kind):
                domains = self._domains("satisfies")
                read.need_word("satisfies")
                return ast.Quantified(at, kind, domains, self.expression())
        return self._or()

    def _domains(self, end: str) -> tuple[tuple[str, ast.Node, ast.Node | None], ...]:
        read = self.read
        domains = []
        while True:
            name = read.loose_name(("in",))
            read.need_word("in")
            start = self._domain_start()
            stop = None
            if read.take(".."):
                stop = self.expression()
            domains.append((name, start, stop))
            read.learn(name)
            if not read.take(","):
                return tuple(domains)

    def _domain_start(self) -> ast.Node:
        return self.expression()

    def _or(self) -> ast.Node:
        at = self.read.at
        operands = [self._and()]
        while self.read.take_word("or"):
            operands.append(self._and())
        return operands[0] if len(operands) == 1 else ast.Logic(at, "or", tuple(operands))

    def _and(self) -> ast.Node:
        at = self.read.at
        operands = [self._comparison()]
        while self.read.take_word("and"):
            operands.append(self._comparison())
        return operands[0] if len(operands) == 1 else ast.Logic(at, "and", tuple(operands))

    def _comparison(self) -> ast.Node:
        read = self.read
        at = read.at
        left = self._additive()
        while True:
            if read.take_word("between"):
                low = self._additive()
                read.need_word("and")
                left = ast.Between(at, left, low, self._additive())
            elif read.take_word("in"):
                left = ast.In(at, left, self._in_tests())
            else:
                op = next((op for op in _COMPARE if read.peek(op)), None)
                if op is None:
                    return left
                read.take(op)
                left = ast.Comparison(at, op, left, self._additive())

    def _in_tests(self) -> tuple[ast.Node, ...]:
        read = self.read
        at = read.at
        if read.take_word("not"):
            read.need("(")
            tests = self._tests()
            read.need(")")
            return (ast.UnaryTests(at, tests, negated=True),)
        if read.peek("("):
            mark = read.at
            read.take("(")
            try:
                tests = self._tests()
                is_list = read.take(")")
            except Exception:
                is_list = False
            if is_list and not any(read.peek(op) for op in ("+", "-", "*", "/", ".", "[", "(")):
                return tests
            read.at = mark
        for op in _COMPARE:
            if read.take(op):
                return (self._open_range(at, op, self._additive()),)
        return (self._additive(),)

    def _additive(self) -> ast.Node:
        read = self.read
        at = read.at
        left = self._multiplicative()
        while read.peek("+") or read.peek("-"):
            op = read.text[read.at]
            read.take(op)
            left = ast.Binary(at, op, left, self._multiplicative())
        return left

    def _multiplicative(self) -> ast.Node:
        read = self.read
        at = read.at
        left = self._power()
        while (read.peek("*") and not read.peek("**")) or read.peek("/"):
            op = read.text[read.at]
            read.take(op)
            left = ast.Binary(at, op, left, self._power())
        return left

    def _power(self) -> ast.Node:
        at = self.read.at
        left = self._negation()
        while self.read.take("**"):
            left = ast.Binary(at, "**", left, self._negation())
        return left

    def _negation(self) -> ast.Node:
        at = self.read.at
        signs = 0
        while self.read.take("-"):
            signs += 1
            if signs > DEEPEST:
                raise self.read.fail("too many signs")
        node = self._instance()
        for _ in range(signs):
            node = ast.Unary(at, node)
        return node

    def _instance(self) -> ast.Node:
        at = self.read.at
        node = self._postfix()
        while self.read.is_word("instance"):
            self.read.take_word("instance")
            self.read.need_word("of")
            node = ast.InstanceOf(at, node, self.type())
        return node

    def _postfix(self) -> ast.Node:
        read = self.read
        at = read.at
        node = self._primary()
        while True:
            if read.peek("..") :
                return node
            if read.take("."):
                name = read.name()
                if name is None:
                    raise read.fail("name expected after .")
                node = ast.Path(at, node, name)
            elif read.peek("["):
                found = self._filter(at, node)
                if found is None:
                    return node
                node = found
            elif read.peek("(") and isinstance(node, (ast.Name, ast.Path, ast.FunctionNode, ast.Call, ast.Filter)):
                read.take("(")
                node = self._call(at, node)
            else:
                return node

    def _filter(self, at: int, node: ast.Node) -> ast.Node | None:
        """A filter after ``node``; None where, at the end of a range, the bracket closes the range instead: ``[1..10[``."""
        read = self.read
        mark = read.at
        read.take("[")
        read.learn("item")
        try:
            condition = self.expression()
            read.need("]")
        except FeelSyntax:
            if not self._in_range_end:
                raise
            read.at = mark
            return None
        return ast.Filter(at, node, condition)

    def _call(self, at: int, node: ast.Node) -> ast.Node:
        read = self.read
        if read.take(")"):
            return ast.Call(at, node, ())
        named = self._named_arguments()
        if named is not None:
            return ast.Call(at, node, (), named)
        arguments = [self._argument()]
        while read.take(","):
            arguments.append(self._argument())
        read.need(")")
        return ast.Call(at, node, tuple(arguments))

    def _argument(self) -> ast.Node:
        return self.expression()

    def _named_arguments(self) -> tuple[tuple[str, ast.Node], ...] | None:
        read = self.read
        mark = read.at
        found = []
        while True:
            name = self._argument_name()
            if name is None:
                if found:
                    raise read.fail("named argument expected")
                read.at = mark
                return None
            found.append((name, self.expression()))
            if not read.take(","):
                read.need(")")
                return tuple(found)

    def _argument_name(self) -> str | None:
        """``name :`` if it stands here. Names being given, they are taken loosely up to the colon."""
        read = self.read
        mark = read.at
        try:
            name = read.loose_name((":", ",", "(", ")", "[", "{", '"', "}", "]"))
        except Exception:
            read.at = mark
            return None
        if read.take(":"):
            return name
        read.at = mark
        return None

    def _primary(self) -> ast.Node:
        read = self.read
        at = read.at
        if read.done:
            raise read.fail("expression expected")
        text = read.string()
        if text is not None:
            return ast.Literal(at, text)
        char = read.text[at]
        if char.isdigit() or (char == "." and read.text[at + 1:at + 2].isdigit()):
            return ast.Literal(at, read.number())
        if char in "[](":
            return self._bracket(at)
        if char == "{":
            return self._context(at)
        if char == "@":
            return self._at_literal(at)
        if char == "?":
            read.take("?")
            return ast.Input(at)
        for word, value in (("true", True), ("false", False), ("null", None)):
            if read.take_word(word):
                return ast.Literal(at, value)
        if read.is_word("not") and read.text[at + 3:].lstrip().startswith("("):
            read.take_word("not")
            return ast.Name(at, "not")
        if read.is_word("function"):
            read.take_word("function")
            return self._function(at)
        name = read.name()
        if name is None:
            raise read.fail(f"unexpected {read.text[at:at + 12]}")
        return ast.Name(at, name)

    def _at_literal(self, at: int) -> ast.Node:
        self.read.take("@")
        text = self.read.string()
        if text is None:
            raise self.read.fail("string expected after @")
        value = parse_any(text)
        if value is None:
            return ast.Call(at, ast.Name(at, "@"), (ast.Literal(at, text),))
        return ast.Literal(at, value)

    def _bracket(self, at: int) -> ast.Node:
        """A list, a range or a parenthesis, told apart by what stands inside."""
        read = self.read
        opening = read.text[at]
        read.take(opening)
        if opening == "[" and read.take("]"):
            return ast.ListNode(at, ())
        if opening == "(":
            for op in _COMPARE:
                if read.take(op):
                    node = self._open_range(at, op, self._additive())
                    read.need(")")
                    return node
        first = self.expression()
        if read.take(".."):
            self._in_range_end += 1
            last = self.expression()
            self._in_range_end -= 1
            for closing in "])[":
                if read.take(closing):
                    return ast.RangeNode(at, first, last, opening == "[", closing == "]")
            raise read.fail("end of the range expected")
        if opening == "(":
            read.need(")")
            return first
        if opening == "]":
            raise read.fail(".. expected")
        items = [first]
        while read.take(","):
            items.append(self.expression())
        read.need("]")
        return ast.ListNode(at, tuple(items))

    def _context(self, at: int) -> ast.Node:
        read = self.read
        read.take("{")
        entries: list[tuple[str, ast.Node]] = []
        if read.take("}"):
            return ast.ContextNode(at, ())
        while True:
            name = read.string()
            if name is None:
                name = read.loose_name((":",))
            read.need(":")
            entries.append((name, self.expression()))
            read.learn(name)
            if not read.take(","):
                break
        read.need("}")
        return ast.ContextNode(at, tuple(entries))

    def _function(self, at: int) -> ast.Node:
        read = self.read
        read.need("(")
        parameters: list[tuple[str, ast.TypeNode | None]] = []
        while not read.take(")"):
            name = read.loose_name((":", ",", ")"))
            kind = self.type() if read.take(":") else None
            parameters.append((name, kind))
            read.learn(name)
            if not read.take(",") and not read.peek(")"):
                raise read.fail(") expected")
        external = read.take_word("external")
        return ast.FunctionNode(at, tuple(parameters), self.expression(), external)
