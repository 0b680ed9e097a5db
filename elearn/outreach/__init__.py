"""Reaching: posters with a QR code that carries a residential group, and links short enough to read out."""
