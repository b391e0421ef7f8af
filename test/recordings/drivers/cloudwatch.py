"""CloudWatch: alarms, metrics, dashboards and anomaly detectors."""

import json
import re
from datetime import datetime, timedelta, timezone

from walker import drives

WATCH = "cloudwatch · TestCloudwatch · test_"
# What an alarm is told and tells again.
TOLD = (
    "ActionsEnabled",
    "AlarmDescription",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "EvaluationPeriods",
    "MetricName",
    "Namespace",
    "Period",
    "Statistic",
    "Threshold",
    "TreatMissingData",
    "Unit",
)


def cloudwatch(walk):
    return walk.client("cloudwatch", queries="[query" in walk.name)


def named(walk, name):
    return f"{name}-{walk.account}"


def now():
    return datetime.now(timezone.utc).replace(second=0, microsecond=0) - timedelta(minutes=1)


def alarm(walk, recorded, label=None):
    """Makes the alarm that was recorded, in names of its own."""
    [one] = recorded["MetricAlarms"]
    told = {name: named(walk, name.lower()) if str(one[name]).startswith("<") else one[name] for name in TOLD if name in one}
    for name in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        if one.get(name):
            told[name] = [walk.client("sns").create_topic(Name=named(walk, f"topic{at}"))["TopicArn"] for at, _ in enumerate(one[name])]
    told |= {"AlarmName": named(walk, "alarm"), "Dimensions": one["Dimensions"]}
    if label:
        walk(label, cloudwatch(walk).put_metric_alarm, **told)
    else:
        cloudwatch(walk).put_metric_alarm(**told)
    return told["AlarmName"]


def described(walk, label, name):
    walk(label, cloudwatch(walk).describe_alarms, AlarmNames=[name])


@drives("cloudwatch", WATCH + "anomaly_detector_lifecycle")
def detector(walk, _):
    single = walk.answers["describe_anomaly_detector"]["AnomalyDetectors"][0]
    told = {name: single[name] for name in ("MetricName", "Namespace", "Dimensions", "Stat")}
    walk("create_anomaly_detector", cloudwatch(walk).put_anomaly_detector, Configuration={}, **told)
    walk("describe_anomaly_detector", cloudwatch(walk).describe_anomaly_detectors, AnomalyDetectorTypes=["SINGLE_METRIC"])
    walk("delete_anomaly_detector", cloudwatch(walk).delete_anomaly_detector, **told)


@drives("cloudwatch", WATCH + "dashboard_lifecycle")
def dashboard(walk, _):
    name, prefix = named(walk, "dashboard"), "dashboard"
    body = json.dumps(walk.answers["get_dashboard"]["DashboardBody"]).replace("<region>", "us-east-1")
    body = body.ljust(walk.answers["list_dashboards"]["DashboardEntries"][0]["Size"])
    cloudwatch(walk).put_dashboard(DashboardName=name, DashboardBody=body)
    walk("get_dashboard", cloudwatch(walk).get_dashboard, DashboardName=name)
    walk("list_dashboards", cloudwatch(walk).list_dashboards)
    walk("list_dashboards_prefix", cloudwatch(walk).list_dashboards, DashboardNamePrefix=prefix)
    walk("list_dashboards_prefix_empty", cloudwatch(walk).list_dashboards, DashboardNamePrefix="no-such-dashboard")
    cloudwatch(walk).delete_dashboards(DashboardNames=[name])
    walk("list_dashboards_empty", cloudwatch(walk).list_dashboards)


@drives("cloudwatch", WATCH + "delete_alarm", WATCH + "describe_alarms_converts_date_format_correctly", WATCH + "describe_minimal_metric_alarm")
def alarms(walk, _):
    label = next(one for one in walk.answers if one not in ("delete-alarm", "describe-after-delete"))
    name = alarm(walk, walk.answers[label])
    described(walk, label, name)
    if "delete-alarm" in walk.answers:
        walk("delete-alarm", cloudwatch(walk).delete_alarms, AlarmNames=[name])
        described(walk, "describe-after-delete", name)


@drives("cloudwatch", WATCH + "store_tags")
def tags(walk, _):
    name = alarm(walk, walk.answers["describe_alarms"], "put_metric_alarm")
    described(walk, "describe_alarms", name)
    arn = f"arn:aws:cloudwatch:us-east-1:{walk.account}:alarm:{name}"

    def listed(label):
        walk(label, cloudwatch(walk).list_tags_for_resource, ResourceARN=arn)

    listed("list_tags_for_resource_empty ")
    cloudwatch(walk).tag_resource(ResourceARN=arn, Tags=walk.answers["list_tags_for_resource"]["Tags"])
    listed("list_tags_for_resource")
    cloudwatch(walk).untag_resource(ResourceARN=arn, TagKeys=["tag1"])
    listed("list_tags_for_resource_post_untag")


@drives("cloudwatch", WATCH + "tagging_composite_alarm")
def composite_tags(walk, _):
    name = named(walk, "alarm")
    cloudwatch(walk).put_metric_alarm(AlarmName="child", MetricName="m", Namespace="n", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold")
    first = walk.answers["list_tags_for_resource_after_creation "]["Tags"]
    cloudwatch(walk).put_composite_alarm(AlarmName=name, AlarmRule='ALARM("child")', Tags=first)
    arn = f"arn:aws:cloudwatch:us-east-1:{walk.account}:alarm:{name}"

    def listed(label):
        walk(label, cloudwatch(walk).list_tags_for_resource, ResourceARN=arn)

    listed("list_tags_for_resource_after_creation ")
    cloudwatch(walk).tag_resource(ResourceARN=arn, Tags=[{"Key": "tag1", "Value": "foo"}, {"Key": "tag2", "Value": "bar"}])
    listed("list_tags_for_resource_updated")
    cloudwatch(walk).untag_resource(ResourceARN=arn, TagKeys=["tag1"])
    listed("list_tags_for_resource_post_untag")
    cloudwatch(walk).delete_alarms(AlarmNames=[name])
    listed("list_tags_for_deleted_resource")


@drives("cloudwatch", WATCH + "set_alarm")
def states(walk, _):
    name = alarm(walk, walk.answers["triggered-alarm"])
    for label in ("triggered-alarm", "reset-alarm"):
        [one] = walk.answers[label]["MetricAlarms"]
        more = {"StateReasonData": json.dumps(one["StateReasonData"])} if "StateReasonData" in one else {}
        cloudwatch(walk).set_alarm_state(AlarmName=name, StateValue=one["StateValue"], StateReason=one["StateReason"], **more)
        described(walk, label, name)


@drives("cloudwatch", WATCH + "set_alarm_invalid_input")
def bad_state(walk, _):
    name = named(walk, "alarm")
    cloudwatch(walk).put_metric_alarm(AlarmName=name, MetricName="m", Namespace="n", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold")
    walk("error-invalid-state", cloudwatch(walk).set_alarm_state, AlarmName=name, StateValue="INVALID", StateReason="testing")
    walk("error-resource-not-found", cloudwatch(walk).set_alarm_state, AlarmName="none", StateValue="OK", StateReason="testing")


def put(walk, *data):
    at = now()
    cloudwatch(walk).put_metric_data(Namespace=named(walk, "space"), MetricData=[{"Timestamp": at, **one} for one in data])


def query(walk, name, id="result1", stat="Sum", period=60, unit=None, dimensions=None):
    metric = {"Namespace": named(walk, "space"), "MetricName": name, **({} if dimensions is None else {"Dimensions": dimensions})}
    return {"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat, **({"Unit": unit} if unit else {})}}


def metric_data(walk, label, *queries):
    end = now() + timedelta(minutes=5)
    answer = walk.answered(cloudwatch(walk).get_metric_data, MetricDataQueries=list(queries), StartTime=end - timedelta(minutes=10), EndTime=end)
    for one, recorded in zip(answer["MetricDataResults"], walk.answers[label]["MetricDataResults"]):
        if len(one["Timestamps"]) == len(one["Values"]):
            one["Timestamps"] = recorded["Timestamps"]
    walk.match(label, answer)


@drives("cloudwatch", WATCH + "get_metric_data_for_multiple_metrics")
def several(walk, _):
    results = walk.answers["get_metric_data"]["MetricDataResults"]
    put(walk, *[{"MetricName": one["Label"], "Value": one["Values"][0], "Unit": "Seconds"} for one in results])
    metric_data(walk, "get_metric_data", *[query(walk, one["Label"], one["Id"]) for one in results])


@drives("cloudwatch", WATCH + "get_metric_data_stats")
def stats(walk, case):
    put(walk, *[{"MetricName": "metric1", "Value": value, "Unit": "Seconds"} for value in range(1, 12)])
    metric_data(walk, "get_metric_data", query(walk, "metric1", stat=case.rsplit("-", 1)[1]))


UNITS = {
    "metric_data0": [("Milliseconds", 60000), ("Seconds", 60)],
    "metric_data1": [("Milliseconds", 60000), ("Milliseconds", 60000), ("Seconds", 60)],
    "metric_data2": [("Count", 5), ("Milliseconds", 60000), ("Seconds", 60)],
}


@drives("cloudwatch", WATCH + "get_metric_data_different_units_no_unit_in_query")
def no_unit(walk, case):
    put(walk, *[{"MetricName": "m-test", "Value": value, "Unit": unit} for unit, value in UNITS[case.rsplit("-", 1)[1]]])
    metric_data(walk, "get_metric_data_with_no_unit_specified", query(walk, "m-test", "m1"))


@drives("cloudwatch", WATCH + "get_metric_data_with_different_units")
def units(walk, _):
    put(walk, {"MetricName": "m-test", "Value": 1, "Unit": "Seconds"}, {"MetricName": "m-test", "Value": 500, "Unit": "Milliseconds"})
    metric_data(walk, "get_metric_data_with_different_units", query(walk, "m-test", "m1", unit="Seconds"))


@drives("cloudwatch", WATCH + "get_metric_with_no_results", WATCH + "get_metric_with_null_dimensions")
def nothing(walk, _):
    label = next(iter(walk.answers))
    told = {"id": "result"} if label == "result" else {"id": f"m{walk.account}", "dimensions": []}
    metric_data(walk, label, query(walk, named(walk, "metric"), stat="Maximum", **told))


@drives("cloudwatch", WATCH + "label_generation")
def labels(walk, _):
    put(walk, *[{"MetricName": "metric1", "Value": value, "Unit": "Seconds"} for value in (0, 109)])
    ids = [one["Id"] for one in walk.answers["label_generation"]["MetricDataResults"]]
    told = [re.fullmatch(r"result_(\w+?)_(\d+)_(\w+)", one).groups() for one in ids]
    metric_data(walk, "label_generation", *[query(walk, "metric1", one, stat, int(period), unit) for one, (stat, period, unit) in zip(ids, told)])


@drives("cloudwatch", WATCH + "multiple_dimensions_statistics")
def dimensions(walk, _):
    [metric] = walk.answers["list-metrics"]["Metrics"]
    name, of = metric["MetricName"], metric["Dimensions"]
    put(walk, {"MetricName": name, "Value": 5, "Dimensions": of})
    metric_data(walk, "get-metric-stats-max", query(walk, name, stat="Maximum", dimensions=of))
    walk("list-metrics", cloudwatch(walk).list_metrics, Namespace=named(walk, "space"))


@drives("cloudwatch", WATCH + "put_metric_data_values_list")
def values(walk, _):
    put(walk, {"MetricName": "test-metric", "Values": [1.0, 10.0], "Counts": [2, 4], "Unit": "Count"})
    end = now() + timedelta(minutes=5)
    told = {"Statistics": ["SampleCount", "Sum", "Maximum"], "Period": 60, "StartTime": end - timedelta(minutes=10), "EndTime": end}
    walk("get_metric_statistics", cloudwatch(walk).get_metric_statistics, Namespace=named(walk, "space"), MetricName="test-metric", Unit="Count", **told)


@drives("cloudwatch", WATCH + "invalid_amount_of_datapoints")
def too_many(walk, _):
    end = now()

    def asked(label, start, period):
        told = {"Namespace": "name_space", "MetricName": "metric_name", "Statistics": ["SampleCount"], "Period": period}
        walk(label, cloudwatch(walk).get_metric_statistics, StartTime=start, EndTime=end, **told)

    asked("error-invalid-amount-datapoints", end - timedelta(days=1), 1)
    asked("error-invalid-time-frame", end, 60)
    asked("get-metric-statitics", end - timedelta(days=1), 60)
