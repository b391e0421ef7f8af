"""CloudWatch: what alarms tell topics and functions, and alarms of alarms."""

import json

from drivers.cloudwatch import TOLD, cloudwatch
from drivers.lambda_invocations import function
from walker import drives

WATCH = "cloudwatch · TestCloudwatch · test_"


def topic(walk, name):
    """A topic that a queue hears, and the queue's URL."""
    queues, topics = walk.client("sqs"), walk.client("sns")
    url = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = topics.create_topic(Name=name)["TopicArn"]
    topics.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{walk.account}:{name}")
    return arn, url


def heard(walk, url):
    ask = lambda: walk.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1)
    messages = walk.until(ask, lambda answer: answer.get("Messages"))["Messages"]
    return json.loads(json.loads(messages[0]["Body"])["Message"])


@drives("cloudwatch", WATCH + "enable_disable_alarm_actions[query]", WATCH + "breaching_alarm_actions")
def actions(walk, *_):
    own, (arn, url) = cloudwatch(walk), topic(walk, "alarm-topic")
    isBreaching = "breaching" in walk.name
    first = walk.answers["alarm-1-describe" if isBreaching else "describe_alarm"]["MetricAlarms"][0]
    name = f"alarm-{walk.account}"
    told = {key: first[key] for key in TOLD if key in first}
    told["Dimensions"] = first["Dimensions"]
    told["Namespace"] = f"namespace-{walk.account}"
    own.put_metric_alarm(AlarmName=name, **told, AlarmActions=[arn], **({"OKActions": [arn]} if first["OKActions"] else {}))
    describe = lambda label: walk(label, own.describe_alarms, AlarmNames=[name])
    if isBreaching:
        walk.until(lambda: own.describe_alarms(AlarmNames=[name])["MetricAlarms"][0], lambda one: one["StateValue"] == "ALARM")
        walk.match("alarm-1-sqs-msg", heard(walk, url))
        describe("alarm-1-describe")
        return
    describe("describe_alarm")
    own.set_alarm_state(AlarmName=name, StateReason="testing alarm", StateValue="ALARM")
    walk.match("alarm-state-sqs-msg", heard(walk, url))
    describe("alarm-state-describe")
    own.disable_alarm_actions(AlarmNames=[name])
    own.set_alarm_state(AlarmName=name, StateReason="testing OK state", StateValue="OK")
    describe("describe_alarm_disabled")
    describe("ok-state-action-disabled-describe")
    own.enable_alarm_actions(AlarmNames=[name])
    describe("describe_alarm_enabled")


@drives("cloudwatch", WATCH + "trigger_composite_alarm")
def composite(walk, _):
    own, name = cloudwatch(walk), f"composite-{walk.account}"
    simple = [f"simple-{at}-{walk.account}" for at in (1, 2)]
    for one in simple:
        own.put_metric_alarm(AlarmName=one, Namespace="test", MetricName="m", Statistic="Average", Period=86400, EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold")
        own.set_alarm_state(AlarmName=one, StateValue="OK", StateReason="it begins so")
    first = next(answer for answer in walk.answers.values() if "AlarmRule" in answer)
    arns = [f"arn:aws:cloudwatch:us-east-1:{walk.account}:alarm:{one}" for one in simple]
    rule = " OR ".join(f'ALARM("{arn}")' for arn in arns)
    goes = {f"{kind}Actions": [topic(walk, f"{kind.lower()}-topic")[0]] for kind in ("Alarm", "OK")}
    walk("put-composite-alarm", own.put_composite_alarm, AlarmName=name, AlarmRule=rule, AlarmDescription=first["AlarmDescription"], **goes)
    described = lambda: own.describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"][0]
    walk.until(described, lambda one: one["StateValue"] == "OK")

    def changes(which, state, label, to):
        own.set_alarm_state(AlarmName=simple[which], StateValue=state, StateReason="changed")
        walk.match(label, walk.until(described, lambda one: one["StateValue"] == to))

    changes(0, "ALARM", "composite-alarm-in-alarm-when-alarm-1-is-in-alarm", "ALARM")
    changes(0, "OK", "composite-alarm-in-ok-when-alarm-1-is-back-to-ok", "OK")
    changes(1, "ALARM", "composite-alarm-in-alarm-when-alarm-2-is-in-alarm", "ALARM")
    changes(1, "OK", "composite-alarm-in-ok-when-alarm-2-is-back-to-ok", "OK")
    own.set_alarm_state(AlarmName=simple[0], StateValue="ALARM", StateReason="changed")
    walk.until(described, lambda one: one["StateValue"] == "ALARM")
    changes(1, "ALARM", "composite-alarm-is-triggered-by-alarm-1-and-then-unchanged-by-alarm-2", "ALARM")


@drives("cloudwatch", WATCH + "alarm_lambda_target")
def of_function(walk):
    own = cloudwatch(walk)
    arn = function(walk, "import json\n\n\ndef handler(event, context):\n    print(json.dumps(event))\n")["FunctionArn"]
    walk.client("lambda").add_permission(FunctionName="fn-1", StatementId="alarms", Action="lambda:InvokeFunction", Principal="lambda.alarms.cloudwatch.amazonaws.com")
    told = {"Namespace": "namespace", "MetricName": "metric1", "Statistic": "Average", "Period": 10, "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"}
    own.put_metric_alarm(AlarmName=f"alarm-{walk.account}", AlarmDescription="testing lambda alarm action", AlarmActions=[arn], **told)
    own.set_alarm_state(AlarmName=f"alarm-{walk.account}", StateValue="ALARM", StateReason="testing alarm")
    ask = walk.client("logs").filter_log_events

    def logged():
        try:
            return ask(logGroupName="/aws/lambda/fn-1", filterPattern="alarmData")["events"]
        except walk.client("logs").exceptions.ResourceNotFoundException:
            return []

    walk.match("lambda-alarm-invocations", json.loads(walk.until(logged, bool)[0]["message"]))
