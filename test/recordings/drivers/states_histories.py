"""Histories of executions: a machine is made that goes the recorded way, and its own history is held against the recorded one."""

import json

from walker import drives_all

from drivers.states_machines import ended, made, states

KINDS = ("Pass", "Wait", "Choice", "Succeed", "Fail")
KNOWN = {f"{kind}State{way}" for kind in KINDS for way in ("Entered", "Exited")} | {"ExecutionStarted", "ExecutionSucceeded", "ExecutionFailed"}


def is_history(answer):
    events = answer.get("events") if isinstance(answer, dict) else None
    return bool(events) and all(event.get("type") in KNOWN for event in events)


def is_plain(answers):
    """Nothing but histories, of states that need nobody else."""
    return bool(answers) and all(is_history(answer) and way_of(answer["events"]) is not None for answer in answers.values())


def value_of(text):
    """The recordings have objects and lists of JSON texts as such, and everything else as its text."""
    return json.loads(text) if isinstance(text, str) else text


def way_of(events):
    """The states in their order, or None where a state cannot be told from its events."""
    way = []
    for event in events:
        kind = event["type"].removesuffix("Entered").removesuffix("Exited").removesuffix("State")
        if event["type"].endswith("Entered"):
            way.append({"kind": kind, **event["stateEnteredEventDetails"]})
        elif event["type"].endswith("Exited"):
            details = event["stateExitedEventDetails"]
            way[-1].update(output=details.get("output"), exited=True, variables=details.get("assignedVariables"))
            try:
                value_of(details.get("output"))
            except ValueError:
                return None
    names = [state["name"] for state in way]
    if len(set(names)) != len(names) or not way:
        return None
    # A state that fails by itself says why in words that its definition would have to give rise to.
    if not way[-1].get("exited") and way[-1]["kind"] != "Fail":
        return None
    return way


def definition_of(events):
    way = way_of(events)
    failed = next((event.get("executionFailedEventDetails", {}) for event in events if event["type"] == "ExecutionFailed"), {})
    made_of = {}
    for at, state in enumerate(way):
        following = way[at + 1]["name"] if at + 1 < len(way) else None
        onward = {"Next": following} if following else {"End": True}
        output, kind = state.get("output"), state["kind"]
        told = {"Type": kind}
        if kind == "Pass":
            if output != state.get("input"):
                told["Result"] = value_of(output)
            told.update(onward)
        elif kind == "Wait":
            told.update({"Seconds": 0, **onward})
        elif kind == "Choice":
            told["Choices"] = [{"Variable": "$$.Execution.Id", "IsPresent": True, "Next": following}]
        elif kind == "Fail":
            told.update({key: failed[name] for name, key in (("error", "Error"), ("cause", "Cause")) if name in failed})
        if state.get("variables"):
            if kind == "Choice":
                told["Choices"][0]["Assign"] = {name: value_of(value) for name, value in state["variables"].items()}
            else:
                told["Assign"] = {name: value_of(value) for name, value in state["variables"].items()}
        made_of[state["name"]] = told
    return {"StartAt": way[0]["name"], "States": made_of}


@drives_all("stepfunctions", is_plain)
def histories(walk):
    for at, (label, answer) in enumerate(walk.answers.items()):
        events = answer["events"]
        arn = made(walk, None, definition_of(events), name=f"machine-{at}")
        given = events[0]["executionStartedEventDetails"].get("input", {})
        text = given if isinstance(given, str) else json.dumps(given)
        execution = states(walk).start_execution(stateMachineArn=arn, input=text)["executionArn"]
        ended(walk, execution)
        walk(label, states(walk).get_execution_history, executionArn=execution)
