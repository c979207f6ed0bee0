"""Page files into Parquet by dlt, as its documentation does it; prints what that took as JSON."""
import glob
import json
import os
import resource
import sys
import time

import dlt
import pyarrow.parquet

pages, out = sys.argv[1:3]


@dlt.resource(name="rows")
def rows():
    for name in sorted(glob.glob(os.path.join(pages, "*.json"))):
        with open(name, encoding="utf-8") as page:
            yield json.load(page)["data"]


start = time.monotonic()
destination = dlt.destinations.filesystem(bucket_url="file://" + os.path.abspath(out))
pipeline = dlt.pipeline(pipeline_name="peer", destination=destination, dataset_name="peer")
pipeline.run(rows(), loader_file_format="parquet")
wall = time.monotonic() - start
own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
files = glob.glob(os.path.join(out, "peer", "rows", "*.parquet"))
print(
    json.dumps(
        {
            "rows": sum(pyarrow.parquet.read_metadata(name).num_rows for name in files),
            "bytes": sum(os.path.getsize(name) for name in files),
            "wallMs": round(wall * 1000),
            "cpuMs": round(1000 * (own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime)),
            "peakRssMiB": round(max(own.ru_maxrss, children.ru_maxrss) / 1024),
        }
    )
)
