"""Runs the script of an aws:executeScript step: reads {script, attachment, handler, payload} from standard input, writes what the handler
returned to the file that the first argument names. What an attachment holds (a file, or all of a zip) can be imported."""
import importlib
import json
import os
import sys
import types
import zipfile

given = json.load(sys.stdin)
attachment = given.get("attachment")
if attachment:
    folder = os.path.dirname(attachment)
    if zipfile.is_zipfile(attachment):
        with zipfile.ZipFile(attachment) as archive:
            archive.extractall(folder)
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
named, _, function = given["handler"].rpartition(".")
if "script" in given:
    module = types.ModuleType("script")
    exec(compile(given["script"], "<script>", "exec"), module.__dict__)
else:
    # The handler of an attachment names its module; where it does not, the file is meant.
    module = importlib.import_module(named or os.path.splitext(os.path.basename(attachment))[0])
handler = getattr(module, function)
returned = handler(given["payload"], {"global": given["global"]})
with open(sys.argv[1], "w", encoding="utf-8") as answer:
    json.dump(returned, answer, default=str)
