"""A Compose file on stdin as JSON, once it fits the specification; else why not, and 1. Argument: where compose-spec is."""

import glob
import importlib.util
import sys

# The library itself: the package around it wants others that nothing here needs.
(library,) = glob.glob(sys.argv[1] + "/compose_spec/*.so")
spec = importlib.util.spec_from_file_location("compose_spec", library)
native = importlib.util.module_from_spec(spec)
spec.loader.exec_module(native)
try:
    compose = native.PyCompose.from_yaml(sys.stdin.read())
    compose.validate()
except Exception as error:
    sys.exit(str(error))
print(compose.to_json())
