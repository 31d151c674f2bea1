"""Fields of a record that a person fills in by a form or a file: what they are called and what they may hold.

A form is built from fields alone, and whatever a form or a file says is held against the same fields.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnviz.data.dataset import DataSet
from nnviz.run.spec import RunSpec

NUMBER, WHOLE, CHOICE = "number", "whole", "choice"
LAYER, NEURON, INPUT, SAMPLE = DEPENDENT = "layer", "neuron", "input", "sample"
"""Whole numbers whose greatest value depends on the run, see `Field.most_in`; an input may also be None: the bias."""

TRAINING, TEST = "training", "test"
"""Where a sample is from."""

_KEY = "field"


@dataclass(frozen=True)
class Field:
    """One field.

    Parameters
    ----------
    label : str
        What a form calls it.
    type : str
        One of the types above.
    default : number or str
    tip : str
        A sentence that says what it means.
    least, most : number
        Limits in any run, both allowed; not for a choice.
    choices : tuple of (str, str)
        For a choice, each value and what a form calls it.
    name : str
        What the record calls it.
    """

    label: str
    type: str
    default: Any
    tip: str
    least: float = 0
    most: float = 0
    choices: tuple[tuple[str, str], ...] = ()
    name: str = ""

    def checked(self, value: Any) -> Any:
        """Return a value as a plain number or text that JSON can hold.

        Raises
        ------
        ValueError
            If it is no value for this field.
        """
        if self.type == CHOICE:
            names = [name for name, _ in self.choices]
            if not isinstance(value, str) or value not in names:
                raise ValueError(f"{self.label} is one of {', '.join(names)}; given was {value!r:.80}.")
            return value
        if self.type == INPUT and value is None:
            return None
        is_whole = self.type != NUMBER
        types = (int, np.integer) if is_whole else (int, float, np.integer, np.floating)
        # NaN is in no range, and a whole number beyond every float can still be compared with one.
        if isinstance(value, bool) or not isinstance(value, types) or not self.least <= value <= self.most:
            what = "a whole number" if is_whole else "a number"
            form = "," if is_whole else "g"
            limits = f"from {self.least:{form}} to {self.most:{form}}"
            raise ValueError(f"{self.label} is {what} {limits}; given was {value!r:.80}.")
        return int(value) if is_whole else float(value)

    def most_in(self, values: Mapping[str, Any], spec: RunSpec, data: DataSet) -> int:
        """Return the greatest value in a run of a field whose type depends on the run.

        Parameters
        ----------
        values : mapping
            The record's other values by name: "layer" for a neuron and an input, "source" for a sample.
        spec : RunSpec
        data : DataSet
        """
        if self.type == LAYER:
            return len(spec.sizes) - 1
        if self.type == SAMPLE:
            return len(data.training if values["source"] == TRAINING else data.test) - 1
        layer: int = min(values["layer"], len(spec.sizes) - 1)
        return spec.sizes[layer - 1 if self.type == INPUT else layer] - 1


def field(declared: Field, keyword_only: bool = False) -> Any:
    """Return a dataclass's field with a default value, and with what it may hold."""
    return dataclasses.field(default=declared.default, metadata={_KEY: declared}, kw_only=keyword_only)


def fields_of(record: Any) -> tuple[Field, ...]:
    """Return the fields of a dataclass that were declared with `field`, those by keyword alone last."""
    declared = [one for one in dataclasses.fields(record) if _KEY in one.metadata]
    return tuple(
        dataclasses.replace(one.metadata[_KEY], name=one.name)
        for one in sorted(declared, key=lambda one: bool(one.kw_only))
    )


# What names a part of a run, the same in every record.


def layer_field() -> Any:
    """Return the field of a layer."""
    return field(Field("Layer", LAYER, 1, "The layer that these parameters lead into, from 1.", 1, 1000))


def neuron_field() -> Any:
    """Return the field of a neuron; it comes after `layer`."""
    return field(Field("Neuron", NEURON, 0, "The neuron's number in its layer, from 0.", 0, 10**8))


def input_field() -> Any:
    """Return the field of a neuron's input; it comes after `layer`."""
    tip = "The neuron of the layer before, from 0; none for the bias."
    return field(Field("From input", INPUT, 0, tip, 0, 10**8))


def source_field(label: str) -> Any:
    """Return the field of where samples are from."""
    sources = ((TRAINING, "training images"), (TEST, "test images"))
    return field(Field(label, CHOICE, TEST, "Which images are meant.", choices=sources))


def sample_field() -> Any:
    """Return the field of a sample's number; it comes after `source`."""
    return field(Field("Sample", SAMPLE, 0, "The sample's number among them, from 0.", 0, 2**31))
