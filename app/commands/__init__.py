"""The commands of `huashu`, grouped by what they are about; registered in app/cli.py."""
