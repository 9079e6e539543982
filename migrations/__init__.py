"""Alembic's folder, a package so that it is installed beside `app`. See app/records/migrate.py."""
