"""Reads a Parquet file with DuckDB, pyarrow and ClickHouse, and prints its rows as lines of JSON, reader by reader."""
import datetime
import json
import sys

import chdb
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
described = connection.sql(f"DESCRIBE SELECT * FROM '{sys.argv[1]}'").fetchall()
# Without pytz DuckDB makes no datetime of an instant.
columns = [f'epoch_ms("{name}")' if kind == "TIMESTAMP WITH TIME ZONE" else f'"{name}"' for name, kind, *_ in described]
found = connection.sql(f"SELECT {', '.join(columns)} FROM '{sys.argv[1]}'")
show("duckdb", found.fetchall())
table = pyarrow.parquet.read_table(sys.argv[1])
show("pyarrow", zip(*[table.column(name).to_pylist() for name in table.column_names]))


def said(name, kind):
    if kind.startswith(("DateTime64", "Nullable(DateTime64")):
        return f"toUnixTimestamp64Milli(`{name}`)"
    return f"toInt32(`{name}`)" if "Date" in kind else f"`{name}`"


def asked(query):
    lines = str(chdb.query(query, "JSONCompactEachRow")).splitlines()
    # As doubles, because an integer of JSON loses the sign of its zero.
    return [json.loads(line, parse_int=float) for line in lines]


source = f"file('{sys.argv[1]}', Parquet)"
kinds = asked(f"DESCRIBE {source}")
show("clickhouse", asked(f"SELECT {', '.join(said(name, kind) for name, kind, *_ in kinds)} FROM {source}"))
