"""EventBridge, Scheduler, Pipes and Step Functions as boto3 sees them: resources, paginators, errors by their codes, and what comes of it all."""

import json
import time
from datetime import datetime, timedelta, timezone

import boto3
from botocore.exceptions import ClientError

events = boto3.client("events")
scheduler = boto3.client("scheduler")
pipes = boto3.client("pipes")
sfn = boto3.client("stepfunctions")
sqs = boto3.client("sqs")
account = boto3.client("sts").get_caller_identity()["Account"]
ROLE = f"arn:aws:iam::{account}:role/glue"


def fails(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error
    raise AssertionError(f"{call} did not fail with {code}")


def queue(name):
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, arn


def message(url):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for found in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=found["ReceiptHandle"])
            return json.loads(found["Body"])
    raise AssertionError(f"nothing came to {url}")


heard, heard_arn = queue("heard")

# Buses, rules and targets
bus = events.create_event_bus(Name="orders", Tags=[{"Key": "team", "Value": "a"}])["EventBusArn"]
fails("ResourceAlreadyExistsException", events.create_event_bus, Name="orders")
pattern = json.dumps({"source": ["shop"], "detail": {"total": [{"numeric": [">", 10]}]}})
for at in range(5):
    events.put_rule(Name=f"rule-{at}", EventBusName="orders", EventPattern=pattern, State="DISABLED")
pages = events.get_paginator("list_rules").paginate(EventBusName="orders", PaginationConfig={"PageSize": 2})
assert [rule["Name"] for page in pages for rule in page["Rules"]] == [f"rule-{at}" for at in range(5)]
error = fails("InvalidEventPatternException", events.put_rule, Name="bad", EventPattern='{"a": "b"}')
assert isinstance(error, events.exceptions.InvalidEventPatternException)
events.enable_rule(Name="rule-0", EventBusName="orders")
put = events.put_targets(
    Rule="rule-0",
    EventBusName="orders",
    Targets=[
        {
            "Id": "q",
            "Arn": heard_arn,
            "InputTransformer": {"InputPathsMap": {"total": "$.detail.total"}, "InputTemplate": '{"paid": <total>}'},
        }
    ],
)
assert put["FailedEntryCount"] == 0
entry = {"Source": "shop", "DetailType": "order", "EventBusName": "orders"}
said = events.put_events(
    Entries=[{**entry, "Detail": json.dumps({"total": 5})}, {**entry, "Detail": json.dumps({"total": 12})}, {**entry, "Detail": "no"}]
)
assert said["FailedEntryCount"] == 1 and said["Entries"][2]["ErrorCode"] == "MalformedDetail", said
assert message(heard) == {"paid": 12}
event = {"id": "1", "source": "shop", "detail-type": "order", "account": account, "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": [], "detail": {"total": 11}}
assert events.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))["Result"] is True
fails("ValidationException", events.delete_rule, Name="rule-0", EventBusName="orders")
events.remove_targets(Rule="rule-0", EventBusName="orders", Ids=["q"])
events.delete_rule(Name="rule-0", EventBusName="orders")
fails("ResourceNotFoundException", events.describe_rule, Name="rule-0", EventBusName="orders")

# An archive keeps, a replay gives back.
events.create_archive(ArchiveName="kept", EventSourceArn=bus)
events.put_rule(Name="all", EventBusName="orders", EventPattern=json.dumps({"source": ["shop"]}))
events.put_targets(Rule="all", EventBusName="orders", Targets=[{"Id": "q", "Arn": heard_arn}])
events.put_events(Entries=[{**entry, "Detail": json.dumps({"n": 1})}])
assert message(heard)["detail"] == {"n": 1}
now = datetime.now(timezone.utc)
events.start_replay(
    ReplayName="again",
    EventSourceArn=f"arn:aws:events:us-east-1:{account}:archive/kept",
    EventStartTime=now - timedelta(hours=1),
    EventEndTime=now + timedelta(hours=1),
    Destination={"Arn": bus},
)
assert message(heard)["replay-name"] == "again"
assert events.describe_replay(ReplayName="again")["State"] == "COMPLETED"

# Schedules
scheduler.create_schedule_group(Name="nightly")
for at in range(3):
    scheduler.create_schedule(
        Name=f"s{at}",
        GroupName="nightly",
        ScheduleExpression="rate(1 hour)",
        StartDate=datetime.now(timezone.utc) + timedelta(days=1),
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": heard_arn, "RoleArn": ROLE, "Input": json.dumps({"tick": at})},
    )
names = [s["Name"] for p in scheduler.get_paginator("list_schedules").paginate(GroupName="nightly", PaginationConfig={"PageSize": 1}) for s in p["Schedules"]]
assert names == ["s0", "s1", "s2"], names
scheduler.create_schedule(
    Name="once",
    ScheduleExpression=f"at({(datetime.now(timezone.utc) + timedelta(seconds=5)).strftime('%Y-%m-%dT%H:%M:%S')})",
    FlexibleTimeWindow={"Mode": "OFF"},
    ActionAfterCompletion="DELETE",
    Target={
        "Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
        "RoleArn": ROLE,
        "Input": json.dumps({"QueueUrl": heard, "MessageBody": '{"once": true}'}),
    },
)
assert message(heard) == {"once": True}
fails("ConflictException", scheduler.create_schedule_group, Name="nightly")
fails("ResourceNotFoundException", scheduler.get_schedule, Name="none")
fails("ValidationException", scheduler.create_schedule, Name="bad", ScheduleExpression="rate(0 hours)", FlexibleTimeWindow={"Mode": "OFF"}, Target={"Arn": heard_arn, "RoleArn": ROLE})
scheduler.delete_schedule_group(Name="nightly")

# A pipe
source, source_arn = queue("source")
piped, piped_arn = queue("piped")
pipes.create_pipe(
    Name="p",
    RoleArn=ROLE,
    Source=source_arn,
    Target=piped_arn,
    SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": json.dumps({"body": {"keep": [True]}})}]}},
    TargetParameters={"InputTemplate": '{"n": <$.body.n>}'},
)
assert pipes.describe_pipe(Name="p")["DesiredState"] == "RUNNING"
for n in range(3):
    sqs.send_message(QueueUrl=source, MessageBody=json.dumps({"n": n, "keep": n == 2}))
assert message(piped) == {"n": 2}
assert [p["Name"] for page in pipes.get_paginator("list_pipes").paginate() for p in page["Pipes"]] == ["p"]
fails("ConflictException", pipes.create_pipe, Name="p", RoleArn=ROLE, Source=source_arn, Target=piped_arn)
fails("NotFoundException", pipes.describe_pipe, Name="none")
pipes.stop_pipe(Name="p")
pipes.delete_pipe(Name="p")

# State machines
definition = {
    "QueryLanguage": "JSONata",
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sqs:getQueueUrl",
            "Arguments": {"QueueName": "{% $states.input.name %}"},
            "Output": "{% $states.result.QueueUrl %}",
            "Catch": [{"ErrorEquals": ["Sqs.QueueDoesNotExistException"], "Output": "none", "Next": "None"}],
            "End": True,
        },
        "None": {"Type": "Succeed"},
    },
}
machine = sfn.create_state_machine(name="ask", definition=json.dumps(definition), roleArn=ROLE)["stateMachineArn"]


def run(name):
    arn = sfn.start_execution(stateMachineArn=machine, input=json.dumps({"name": name}))["executionArn"]
    while (found := sfn.describe_execution(executionArn=arn))["status"] == "RUNNING":
        time.sleep(0.01)
    return arn, found


arn, found = run("heard")
assert found["status"] == "SUCCEEDED" and json.loads(found["output"]).endswith("/heard"), found
assert json.loads(run("nowhere")[1]["output"]) == "none"
told = [event["type"] for page in sfn.get_paginator("get_execution_history").paginate(executionArn=arn, PaginationConfig={"PageSize": 3}) for event in page["events"]]
assert told[0] == "ExecutionStarted" and told[-1] == "ExecutionSucceeded" and "TaskSucceeded" in told, told
executions = [e for page in sfn.get_paginator("list_executions").paginate(stateMachineArn=machine, PaginationConfig={"PageSize": 1}) for e in page["executions"]]
assert len(executions) == 2
fails("ExecutionDoesNotExist", sfn.describe_execution, executionArn=arn.replace(":ask:", ":none:"))
error = fails("InvalidDefinition", sfn.create_state_machine, name="bad", definition="{}", roleArn=ROLE)
assert "These fields are required: [States, StartAt]" in str(error)
tested = sfn.test_state(definition=json.dumps({"Type": "Pass", "Result": 1, "End": True}), roleArn=ROLE)
assert tested["output"] == "1"
sfn.delete_state_machine(stateMachineArn=machine)

print("fine")
