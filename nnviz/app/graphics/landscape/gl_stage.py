"""Draws scenes by pyqtgraph's OpenGL items into images, outside of every window.

A QOpenGLWidget would have Qt compose the whole window by OpenGL, and every other view would be slower for it; an image
can be painted like anything else, with text over it, and saved in any size. Everything here runs on the GUI thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from pyqtgraph.opengl import GLLinePlotItem, GLMeshItem, MeshData
from pyqtgraph.opengl.GLViewWidget import GLViewMixin
from pyqtgraph.opengl.shaders import FragmentShader, ShaderProgram, VertexShader
from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QColor, QImage, QOffscreenSurface, QOpenGLContext, QVector3D
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat

from nnviz.app.graphics.landscape.camera import MIDDLE, Camera
from nnviz.app.graphics.landscape.gl import NONE, NoGraphicsError
from nnviz.app.graphics.landscape.relief_shape import Mesh

SAMPLES = 4
"""A pixel is the mean of so many, where the driver can."""
LARGEST = 4096
"""Pixels of a side; a larger picture is drawn smaller and scaled."""

Singles = NDArray[np.float32]

# Light falls from the upper left, a little from the front; it is never dark behind.
_VERTEX = """
    uniform mat4 u_mvp;
    uniform mat3 u_normal;
    attribute vec4 a_position;
    attribute vec3 a_normal;
    attribute vec4 a_color;
    varying vec4 v_color;
    varying vec3 v_normal;
    void main() {
        v_normal = u_normal * a_normal;
        v_color = a_color;
        gl_Position = u_mvp * a_position;
    }
"""
_FRAGMENT = """
    #ifdef GL_ES
    precision mediump float;
    #endif
    varying vec4 v_color;
    varying vec3 v_normal;
    void main() {
        vec3 normal = normalize(v_normal);
        if (normal.z < 0.0) normal = -normal;
        vec3 light = normalize(vec3(-0.45, 0.75, 0.6));
        float diffuse = 0.5 + 0.5 * dot(normal, light);
        float shine = SHINE * pow(max(dot(normal, normalize(light + vec3(0.0, 0.0, 1.0))), 0.0), 40.0);
        gl_FragColor = vec4(v_color.rgb * (0.52 + 0.56 * diffuse * diffuse) + shine, v_color.a);
    }
"""
_BEHIND_LINES = {GL.GL_POLYGON_OFFSET_FILL: True, "glPolygonOffset": (1.0, 1.0)}
"""So that lines on the surface are not torn by it."""


@dataclass(frozen=True, eq=False)
class Solid:
    """Triangles with their colours.

    Parameters
    ----------
    mesh : Mesh
    colours : float32 array, (n, 4), or (4,) for all
        From 0 to 1.
    at : (float, float, float)
        By how much it is moved.
    shine : bool
        Whether light glints on it, as on a ball.
    """

    mesh: Mesh
    colours: Singles
    at: tuple[float, float, float] = (0.0, 0.0, 0.0)
    shine: bool = False


@dataclass(frozen=True, eq=False)
class Lines:
    """Pieces of line, each from one end to the next.

    Parameters
    ----------
    ends : float64 array, (2k, 3)
    colours : float32 array, (2k, 4)
    width : float
        In pixels, where the driver can.
    through : bool
        Whether they are seen through everything.
    """

    ends: NDArray[np.float64]
    colours: Singles
    width: float = 1.0
    through: bool = False


@dataclass(frozen=True, eq=False)
class Scene:
    """What is drawn, in this order.

    Parameters
    ----------
    ground : QColor
    solids : sequence of Solid
    lines : sequence of Lines
    """

    ground: QColor
    solids: Sequence[Solid] = ()
    lines: Sequence[Lines] = ()


class _Shaped(MeshData):  # type: ignore[misc]
    """A mesh whose normals are known: pyqtgraph would compute them corner by corner."""

    def __init__(self, mesh: Mesh, colours: Singles) -> None:
        per_corner = np.ascontiguousarray(np.broadcast_to(colours, (len(mesh.corners), 4)), np.float32)
        super().__init__(vertexes=mesh.corners, faces=mesh.triangles, vertexColors=per_corner)
        self._given = np.ascontiguousarray(mesh.normals)

    def vertexNormals(self, indexed: str | None = None) -> Any:
        """Return them."""
        return self._given if indexed is None else self._given[self.faces()]


class Stage(GLViewMixin, QObject):  # type: ignore[misc]
    """Where scenes are drawn; the one OpenGL context that pyqtgraph's items and shaders belong to.

    Parameters
    ----------
    context : QOpenGLContext
    surface : QOffscreenSurface
        Their parent keeps both.

    Attributes
    ----------
    is_broken : bool
        Whether drawing has failed, after which it is not tried again.
    """

    def __init__(self, context: QOpenGLContext, surface: QOffscreenSurface) -> None:
        self._context, self._surface = context, surface
        self._size = QSize(1, 1)
        self._frames: dict[int, QOpenGLFramebufferObject] = {}
        self._shown: Scene | None = None
        super().__init__(context)
        self.is_broken = False
        self._shaders = {
            shine: ShaderProgram(
                f"nnviz {shine}",
                [VertexShader(_VERTEX), FragmentShader(_FRAGMENT.replace("SHINE", f"{0.5 * shine:.1f}"))],
            )
            for shine in (False, True)
        }
        if not context.makeCurrent(surface):
            raise NoGraphicsError(NONE)
        try:
            self.initializeGL()
            self.renderer = str(GL.glGetString(GL.GL_RENDERER), "utf-8", "replace")
        finally:
            context.doneCurrent()

    # What pyqtgraph asks of a view.

    def context(self) -> QOpenGLContext:
        """Return the context."""
        return self._context

    def isValid(self) -> bool:
        """Return whether items may be made at once."""
        return True

    def width(self) -> int:
        """Return how wide the picture is."""
        return self._size.width()

    def height(self) -> int:
        """Return how high it is."""
        return self._size.height()

    def update(self) -> None:
        """Do nothing: pictures are drawn when they are asked for."""

    def drawItemTree(self, item: Any = None, useItemNames: bool = False) -> None:
        """Draw all items; an error is the caller's, where pyqtgraph would print it with every frame."""
        for each in self.items:
            if self.default_vao.isCreated():
                self.default_vao.bind()
            self._modelViewStack.append(self.currentModelView() * each.transform())
            try:
                each.paint()
            finally:
                self._modelViewStack.pop()

    # Drawing.

    def draw(self, scene: Scene, camera: Camera, size: QSize, is_draft: bool = False) -> QImage:
        """Return a picture of a scene.

        Parameters
        ----------
        scene : Scene
            The same object again is not sent to the graphics card again.
        camera : Camera
        size : QSize
            In pixels.
        is_draft : bool
            Whether it is to be there sooner, at the price of jagged edges.

        Raises
        ------
        NoGraphicsError
            If OpenGL fails.
        """
        longest = max(size.width(), size.height(), 1)
        shrunk = size if longest <= LARGEST else size * (LARGEST / longest)
        self._size = shrunk.expandedTo(QSize(1, 1))
        if self.is_broken or not self._context.makeCurrent(self._surface):
            raise NoGraphicsError(NONE)
        try:
            image = self._drawn(scene, camera, 0 if is_draft else SAMPLES)
        except Exception as error:  # whatever a driver or its bindings raise
            self.is_broken = True
            raise NoGraphicsError(NONE) from error
        finally:
            self._context.doneCurrent()
        return image

    def _drawn(self, scene: Scene, camera: Camera, samples: int) -> QImage:
        frame = self._frames.get(samples)
        if frame is None or frame.size() != self._size:
            wanted = QOpenGLFramebufferObjectFormat()
            wanted.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
            wanted.setSamples(samples)
            frame = self._frames[samples] = QOpenGLFramebufferObject(self._size, wanted)
        if not frame.isValid() or not frame.bind():
            raise NoGraphicsError(NONE)
        if scene is not self._shown:
            self._fill(scene)
        self.opts["bgcolor"] = scene.ground.getRgbF()
        self.opts["fov"] = camera.opening(self.width(), self.height())
        self.setCameraPosition(QVector3D(*MIDDLE), camera.distance, camera.elevation, camera.azimuth)
        GL.glViewport(0, 0, self.width(), self.height())
        GL.glDepthMask(True)
        whole = (0, 0, self.width(), self.height())
        self.paint(region=whole, viewport=whole)
        frame.release()
        return frame.toImage()

    def _fill(self, scene: Scene) -> None:
        self.clear()
        for solid in scene.solids:
            item = GLMeshItem(
                meshdata=_Shaped(solid.mesh, solid.colours),
                shader=self._shaders[solid.shine],
                glOptions="opaque",
            )
            item.updateGLOptions(_BEHIND_LINES)
            item.translate(*solid.at)
            self.addItem(item)
        for lines in scene.lines:
            if len(lines.ends):
                item = GLLinePlotItem(
                    pos=lines.ends,
                    color=lines.colours,
                    width=lines.width,
                    mode="lines",
                    glOptions="translucent",
                )
                item.updateGLOptions({GL.GL_DEPTH_TEST: not lines.through, GL.GL_POLYGON_OFFSET_FILL: False})
                self.addItem(item)
        self._shown = scene
