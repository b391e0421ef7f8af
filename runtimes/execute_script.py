"""Runs the script of an aws:executeScript step: reads {script, handler, payload} from standard input, writes what the handler
returned to the file that the first argument names."""
import json
import sys
import types

given = json.load(sys.stdin)
module = types.ModuleType("script")
exec(compile(given["script"], "<script>", "exec"), module.__dict__)
handler = getattr(module, given["handler"].split(".")[-1])
returned = handler(given["payload"], {"global": given["global"]})
with open(sys.argv[1], "w", encoding="utf-8") as answer:
    json.dump(returned, answer, default=str)
