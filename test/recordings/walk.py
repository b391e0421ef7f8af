"""Walks what was recorded on AWS against a server: the calls of a scenario are made again, and what is answered is compared.

    python3 test/recordings/walk.py FOLDER [SERVICE…] [--only TEXT]

FOLDER holds one file a service: scenario → `answers` by their labels. A recording has the answers only; how to ask for them stands in
`drivers/`, a function a scenario. The server is that of the environment (AWS_ENDPOINT_URL); for scenarios that see states in progress,
the one where they last (SQUALL_LASTING_URL). One line of JSON is written a scenario:
`agree`, `differ` (with the first difference) or `not walked` (with the reason).
"""

import argparse
import importlib
import json
import os
import pathlib
import sys
import traceback

from walker import DRIVERS, NotWalkable, Walk

FOLDER = pathlib.Path(__file__).parent / "drivers"


def walk_scenario(service, name, scenario, number):
    answers = scenario.get("answers")
    if not answers:
        return {"outcome": "not walked", "why": "it has no answers"}
    drive, arguments = DRIVERS.find(service, name, answers)
    if drive is None:
        return {"outcome": "not walked", "why": "nothing tells its calls"}
    url = os.environ["SQUALL_LASTING_URL" if getattr(drive, "lasts", False) else "AWS_ENDPOINT_URL"]
    walk = Walk(name, answers, scenario.get("recorded", ""), f"{number + 200000000000:012}", url)
    try:
        drive(walk, *arguments)
    except NotWalkable as reason:
        return {"outcome": "not walked", "why": str(reason)}
    except Exception as error:  # a call of the driver's own failed: the scenario differs there
        told = traceback.extract_tb(error.__traceback__)
        line = next((f"{at.name}:{at.lineno}" for at in reversed(told) if "drivers" in at.filename), "?")
        walk.differences.append(f"({line}) {type(error).__name__}: {error}")
    if walk.differences:
        return {"outcome": "differ", "why": walk.differences[0], "all": walk.differences}
    unasked = [label for label in answers if label not in walk.asked]
    if unasked:
        return {"outcome": "not walked", "why": f"nobody asks for {', '.join(unasked)}"}
    return {"outcome": "agree"}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("services", nargs="*")
    arguments.add_argument("--only", default="")
    told = arguments.parse_args()
    for file in sorted(FOLDER.glob("*.py")):
        importlib.import_module(f"drivers.{file.stem}")
    number = 0
    for file in sorted(told.folder.glob("*.json")):
        if told.services and file.stem not in told.services:
            continue
        for name, scenario in json.loads(file.read_text()).items():
            number += 1
            if told.only not in name:
                continue
            outcome = walk_scenario(file.stem, name, scenario, number)
            print(json.dumps({"service": file.stem, "scenario": name, **outcome}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
