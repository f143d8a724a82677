"""The header of a lab is complete and typed before any cell is looked at; a faulty key is named."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import Field, StringConstraints, ValidationError

from labgrader.authoring.errors import Fault, LabError
from labgrader.manifest import Budget, Manifest, Question, Title
from labgrader.names import GradeId, Slug
from labgrader.record import Frozen, Text

M = TypeVar("M", bound=Frozen)


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class QuestionHeader(Frozen):
    """One question as its author declares it. `fr` and `en` are its title."""

    points: float = Field(gt=0, allow_inf_nan=False)
    skill: str
    fr: Words
    en: Words
    manual: bool = False
    bonus: bool = False


class LabHeader(Frozen):
    """The `caire:` block at the top of a lab's source."""

    id: Slug
    level: Literal[2, 3] | None = None
    minutes: int = Field(gt=0)
    profile: str = "cpu"
    title: Title
    summary: Text
    budget: Budget = Budget()
    questions: dict[GradeId, QuestionHeader] = Field(default_factory=dict)
    answers: dict[str, Any] = Field(default_factory=dict, description="The solution's widget answers, by id.")

    @property
    def manifest(self) -> Manifest:
        """What the platform knows of the lab."""
        questions = tuple(
            Question(
                id=name, title=Text(fr=q.fr, en=q.en), points=q.points, skill=q.skill, manual=q.manual, bonus=q.bonus
            )
            for name, q in self.questions.items()
        )
        return Manifest(
            id=self.id,
            level=self.level,
            title=self.title,
            summary=self.summary,
            minutes=self.minutes,
            profile=self.profile,
            notebook=f"{self.id}.ipynb",
            questions=questions,
            budget=self.budget,
        )


def split_header(text: str, file: str) -> tuple[str, str]:
    """The YAML of the header, and the rest of the source with as many lines as before. Raises `LabError`."""
    lines = text.split("\n")
    if not lines or lines[0].strip() != "# ---":
        raise LabError.at(file, "the first line must open the header: write `# ---`, then `# caire:` and its keys.")
    try:
        end = next(number for number, line in enumerate(lines[1:], start=1) if line.strip() == "# ---")
    except StopIteration:
        raise LabError.at(file, "the header is not closed: end it with a line `# ---`.") from None
    yaml_text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines[1:end])
    return yaml_text, "\n".join([""] * (end + 1) + lines[end + 1 :])


def read_header(yaml_text: str, file: str) -> LabHeader:
    """Validate the header. Raises `LabError` with one fault per faulty key."""
    content = read_yaml(yaml_text, f"{file}, header")
    if not isinstance(content, dict) or not isinstance(content.get("caire"), dict):
        raise LabError.at(file, "the header has no `caire:` block; see docs/reference/lab-source.md.")
    return validated(LabHeader, content["caire"], f"{file}, header")


class _EachKeyOnce(yaml.SafeLoader):
    """As YAML asks for, and PyYAML does not: of two questions with one name the first would be lost in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        twice = sorted({key for key in keys if isinstance(key, str) and keys.count(key) > 1})
        if twice:
            problem = f"the key {', '.join(twice)} is there more than once: each needs its own name"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def read_yaml(text: str, where: str) -> Any:
    """What the YAML in `text` holds. Raises `LabError`."""
    try:
        return yaml.load(text, _EachKeyOnce)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise LabError.at(where, f"not valid YAML: {error}") from None


def validated(model: type[M], content: object, where: str) -> M:
    """`content` as a `model`. Raises `LabError` with one fault per faulty key."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise LabError(
            Fault(where, f"key `{'.'.join(map(str, e['loc']))}`: {e['msg'].lower()}.") for e in error.errors()
        ) from None
