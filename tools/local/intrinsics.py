"""CloudFormation's intrinsic functions, as far as SAM templates of functions, queues and tables use them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

NO_VALUE = object()
"""What `AWS::NoValue` refers to: the property or list item that has it is left out."""

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class TemplateError(Exception):
    """The template asks for something that cannot be resolved here; the message names it."""


class Resolver:
    """Replaces intrinsic functions by their values.

    `references` holds what `Ref` gives, `attributes` what `Fn::GetAtt` gives by `Resource.Attribute`; both may grow
    after construction. Raises TemplateError for names and functions that it does not know.
    """

    def __init__(self, template: Mapping[str, Any], references: dict[str, Any]) -> None:
        self._conditions = template.get("Conditions", {})
        self._mappings = template.get("Mappings", {})
        self.references = references
        self.attributes: dict[str, str] = {}
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self.condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Join": lambda argument: argument[0].join(self.resolve(argument[1])),
            "Fn::Select": lambda argument: self.resolve(argument[1])[int(argument[0])],
            "Fn::Split": lambda argument: self.resolve(argument[1]).split(argument[0]),
            "Fn::Equals": lambda argument: self.resolve(argument[0]) == self.resolve(argument[1]),
            "Fn::And": lambda argument: all(self.resolve(argument)),
            "Fn::Or": lambda argument: any(self.resolve(argument)),
            "Fn::Not": lambda argument: not self.resolve(argument[0]),
        }

    def resolve(self, node: Any) -> Any:
        """The node with every intrinsic function in it replaced."""
        if isinstance(node, list):
            return [value for item in node if (value := self.resolve(item)) is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (name, argument), *_ = node.items()
            if name in self._functions:
                return self._functions[name](argument)
            if name.startswith("Fn::"):
                raise TemplateError(f"{name} is not known to the local cloud")
        return {key: value for key, item in node.items() if (value := self.resolve(item)) is not NO_VALUE}

    def condition(self, name: str) -> bool:
        """Whether a condition of the template holds."""
        if name not in self._conditions:
            raise TemplateError(f"the template has no condition {name}")
        return bool(self.resolve(self._conditions[name]))

    def _ref(self, name: str) -> Any:
        if name not in self.references:
            raise TemplateError(f"Ref {name}: no such parameter or resource")
        return self.references[name]

    def _get_att(self, argument: str | list[str]) -> str:
        name = argument if isinstance(argument, str) else ".".join(argument)
        if name not in self.attributes:
            raise TemplateError(f"Fn::GetAtt {name} is not known to the local cloud")
        return self.attributes[name]

    def _sub(self, argument: str | list[Any]) -> str:
        text, extra = (argument, {}) if isinstance(argument, str) else argument
        own = self.resolve(extra)

        def value(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in own:
                return str(own[name])
            return str(self._get_att(name) if "." in name else self._ref(name))

        return _PLACEHOLDER.sub(value, text)

    def _if(self, argument: list[Any]) -> Any:
        name, yes, no = argument
        return self.resolve(yes if self.condition(name) else no)

    def _find_in_map(self, argument: list[Any]) -> Any:
        mapping, first, second = self.resolve(argument)
        try:
            return self._mappings[mapping][first][second]
        except KeyError as error:
            raise TemplateError(f"Fn::FindInMap {mapping}.{first}.{second}: no {error}") from error
