"""Values as the chart's schema describes them, by chance: the words of JSON Schema that it uses, and no others."""

from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]


def accepted(schema: Schema, defaults: Schema) -> st.SearchStrategy[Schema]:
    """Values for some of the sections; the others are left to the defaults."""
    sections = {name: _Values(schema).of(one) for name, one in schema["properties"].items() if name in defaults}
    return st.lists(st.sampled_from(sorted(sections)), min_size=1, max_size=4, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({name: sections[name] for name in chosen})
    )


class _Values:
    def __init__(self, root: Schema) -> None:
        self._definitions = root["definitions"]

    def of(self, schema: Schema) -> st.SearchStrategy[Any]:
        if "$ref" in schema:
            return self.of(self._definitions[schema["$ref"].rpartition("/")[2]])
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        if "anyOf" in schema:
            return st.one_of([self.of(one) for one in schema["anyOf"]])
        return getattr(self, f"_{schema['type']}")(schema)

    def _boolean(self, _: Schema) -> st.SearchStrategy[bool]:
        return st.booleans()

    def _integer(self, schema: Schema) -> st.SearchStrategy[int]:
        return st.integers(schema["minimum"], schema["maximum"])

    def _string(self, schema: Schema) -> st.SearchStrategy[str]:
        if "pattern" not in schema:
            return st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30)
        most = schema.get("maxLength", 5_000)
        bare = schema["pattern"].removeprefix("^").removesuffix("$")  # `$` would let a line end follow
        return st.from_regex(bare, fullmatch=True, alphabet=st.characters(codec="ascii")).filter(
            lambda text: len(text) <= most
        )

    def _array(self, schema: Schema) -> st.SearchStrategy[list[Any]]:
        wanted = [schema["contains"]["const"]] if "contains" in schema else []
        few = st.lists(self.of(schema["items"]), min_size=schema.get("minItems", 0), max_size=3)
        return few.map(lambda items: [*wanted, *items])

    def _object(self, schema: Schema) -> st.SearchStrategy[Schema]:
        if "properties" not in schema:
            return self._mapping(schema)
        parts = {name: self.of(one) for name, one in schema["properties"].items()}
        if "oneOf" in schema:
            alternatives = [
                {name: parts[name] for name in {*one["required"], *_beside(one["required"], parts)}}
                for one in schema["oneOf"]
            ]
            return st.one_of([st.fixed_dictionaries(one) for one in alternatives])
        always = {name: one for name, one in parts.items() if name in schema["required"]}
        sometimes = {name: one for name, one in parts.items() if name not in schema["required"]}
        return st.fixed_dictionaries(always, optional=sometimes)

    def _mapping(self, schema: Schema) -> st.SearchStrategy[Schema]:
        names = self._string(self._definitions["labelKey"])
        return st.dictionaries(names, self.of(schema["additionalProperties"]), max_size=2)


def _beside(required: list[str], parts: Schema) -> list[str]:
    """A peer of an address has no labels; others may have ports, and those of a namespace labels."""
    return ["ports"] if "cidr" in required or "podLabels" in required else [one for one in parts if one != "cidr"]
