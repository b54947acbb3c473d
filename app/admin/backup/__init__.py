"""Backup and restore: one file that holds the database as of one moment, every media file, and a signed list of both."""
