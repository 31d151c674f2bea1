"""Which picture belongs to which stage of a step."""

from nnviz.app.graphics.stages.batch import BatchPicture
from nnviz.app.graphics.stages.cost import CostPicture
from nnviz.app.graphics.stages.gradient import GradientPicture
from nnviz.app.graphics.stages.shown import StagePicture, StageShown
from nnviz.app.graphics.stages.strips import StripsPicture
from nnviz.app.graphics.stages.update import UpdatePicture
from nnviz.app.theme import Theme
from nnviz.core.stages import Kind


def make_picture(theme: Theme, shown: StageShown) -> StagePicture:
    """Return the picture of a stage."""
    match shown.stage.kind:
        case Kind.MINI_BATCH:
            return BatchPicture(theme, shown)
        case Kind.COST:
            return CostPicture(theme, shown)
        case Kind.GRADIENT:
            return GradientPicture(theme, shown)
        case Kind.UPDATE:
            return UpdatePicture(theme, shown)
    return StripsPicture(theme, shown)
