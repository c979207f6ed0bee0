"""Reads a Parquet file with DuckDB and with pyarrow, and prints its rows as lines of JSON: one reader after the other."""
import datetime
import json
import sys

sys.path.insert(0, sys.argv[1])
import duckdb
import pyarrow.parquet


def plain(value):
    if isinstance(value, datetime.datetime):
        return round(value.timestamp() * 1000)
    if isinstance(value, datetime.date):
        return (value - datetime.date(1970, 1, 1)).days
    return value


def show(reader, rows):
    for row in rows:
        print(json.dumps([reader, *[plain(value) for value in row]]))


connection = duckdb.connect()
described = connection.sql(f"DESCRIBE SELECT * FROM '{sys.argv[2]}'").fetchall()
# Without pytz DuckDB makes no datetime of an instant.
columns = [f'epoch_ms("{name}")' if kind == "TIMESTAMP WITH TIME ZONE" else f'"{name}"' for name, kind, *_ in described]
found = connection.sql(f"SELECT {', '.join(columns)} FROM '{sys.argv[2]}'")
show("duckdb", found.fetchall())
table = pyarrow.parquet.read_table(sys.argv[2])
show("pyarrow", zip(*[table.column(name).to_pylist() for name in table.column_names]))
