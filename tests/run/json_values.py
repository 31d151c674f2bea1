"""Anything that JSON can hold, and things that look much like what is expected."""

from hypothesis import strategies as st

from nnviz.core.descent import HyperParameters
from nnviz.run.journal import HYPER_PARAMETERS
from nnviz.run.spec import RunSpec

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, 1, -1, 10, 2**63, 2**64, 10**400, -(10**400)])
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["sigmoid", "relu", "step", "softmax", "log-likelihood", "large", "eta", "batch_size"])
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)

rates = st.floats(0, 1e30)
shares = st.floats(0, 1, exclude_max=True)
hyper_parameters = st.builds(
    HyperParameters,
    eta=rates,
    batch_size=st.integers(1, 10**6),
    l2=rates,
    l1=rates,
    momentum=shares,
    dropout=shares,
)
specs = st.builds(
    RunSpec,
    sizes=st.lists(st.integers(1, 900), min_size=1, max_size=4).map(lambda sizes: (*sizes, 10)),
    activation=st.sampled_from(["sigmoid", "tanh", "relu"]),
    cost=st.sampled_from(["quadratic", "cross-entropy", "log-likelihood"]),
    init=st.sampled_from(["large", "scaled"]),
    seed=st.integers(0, 2**63 - 1),
    hyper=hyper_parameters,
    data=st.text(min_size=1, max_size=30),
    train_size=st.none() | st.integers(1, 2**31),
)
hyper_parameter_values = st.sampled_from(HYPER_PARAMETERS).flatmap(
    lambda name: st.tuples(st.just(name), hyper_parameters.map(lambda hyper: getattr(hyper, name)))
)


@st.composite
def with_something_else(draw, whole):
    """Return a JSON object in which one field, at any depth, holds something else, is left out, or is new."""
    value = draw(whole)
    inside = value
    while True:
        key = draw(st.sampled_from([*inside, "surplus"]))
        if isinstance(inside.get(key), dict) and draw(st.booleans()):
            inside = inside[key]
            continue
        if draw(st.booleans()) or key not in inside:
            inside[key] = draw(json_values)
        else:
            del inside[key]
        return value


def is_sentence(text):
    """Tell whether a message is one line, fit to be shown: it starts and ends as a sentence does."""
    return (
        bool(text)
        and "\n" not in text
        and (text[0] in "ηλ" or not text[0].islower())
        and text.rstrip()[-1] in ".!?)"
        and " " in text
    )


def value_or_refusal(make, *arguments):
    """Return what is made, or None where it was refused, which must be with a sentence."""
    refusal = None
    try:
        return make(*arguments)
    except ValueError as error:
        refusal = str(error)
    assert is_sentence(refusal), refusal
    return None
