"""Looking after an installation: its migrations, backups and restoring, the look-over, the regular work."""
