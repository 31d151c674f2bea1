"""Pieces that views share: image mosaic, colour scales, icons."""
