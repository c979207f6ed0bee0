"""Prints the rows of a query of DuckDB as JSON, a line each: days as text, numbers with all their digits."""
import datetime
import json
import sys

import duckdb


def plain(value):
    return value.isoformat()[:10] if isinstance(value, datetime.date) else value


found = duckdb.connect(sys.argv[1], read_only=sys.argv[1] != ":memory:").execute(sys.argv[2])
names = [column[0] for column in found.description]
for row in found.fetchall():
    print(json.dumps(dict(zip(names, [plain(value) for value in row]))))
