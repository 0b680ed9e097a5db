"""Reaching: posters with a QR code that carries a residential group, and links short enough to be read out."""
