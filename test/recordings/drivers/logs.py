"""CloudWatch Logs: groups, streams, events, filters, deliveries, destinations, exports and queries."""

import json
import re
import time

from walker import drives

from drivers.lambda_functions import active, arn as function_arn, helped

DELIVERY = "logs_delivery · Test"
EVENTS = "logs_events · TestLogsEvents · "
FILTERS = "logs_metric_filters · TestMetricFiltersValidation · "
SUBSCRIPTIONS = "logs_subscription_filters · TestSubscriptionFilterUpdates · "


def logs(walk):
    return walk.client("logs")


def stream(walk):
    """A group with a stream: what names both."""
    logs(walk).create_log_group(logGroupName="group-1")
    logs(walk).create_log_stream(logGroupName="group-1", logStreamName="stream-1")
    return {"logGroupName": "group-1", "logStreamName": "stream-1"}


def now():
    return int(time.time() * 1000)


def destination(walk, name="destination-1", **more):
    told = {"deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::bucket-1"}, **more}
    return walk.answered(logs(walk).put_delivery_destination, name=name, **told)


@drives("logs", DELIVERY + "DeliveryDestinations · test_put_delivery_destination")
def delivery_destination(walk):
    walk.client("s3").create_bucket(Bucket=f"bucket-{walk.account}")
    walk.match("put-delivery-destination", destination(walk, outputFormat="json"))


@drives("logs", DELIVERY + "DeliveryDestinations · test_put_delivery_destination_invalid_format")
def delivery_format(walk):
    walk.match("error-invalid-format", destination(walk, outputFormat="foobar"))


@drives("logs", DELIVERY + "DeliveryDestinations · test_get_delivery_destination")
def delivery_destination_got(walk):
    destination(walk)
    walk("get-delivery-destination", logs(walk).get_delivery_destination, name="destination-1")


@drives("logs", DELIVERY + "DeliveryDestinations · test_get_delivery_destination_not_found", DELIVERY + "DeliveryDestinations · test_delete_delivery_destination_not_found")
def no_delivery_destination(walk):
    call = logs(walk).delete_delivery_destination if "delete" in walk.name else logs(walk).get_delivery_destination
    walk("error-not-found", call, name="none")


@drives("logs", DELIVERY + "DeliveryDestinations · test_describe_delivery_destinations")
def delivery_destinations(walk):
    for at in range(2):
        destination(walk, f"destination-{at}")
    walk.match("describe-delivery-destinations", logs(walk).describe_delivery_destinations()["deliveryDestinations"])


def delivery_policy(walk):
    label = next(iter(walk.answers))
    text = json.dumps(walk.answers[label]["policy"]["deliveryDestinationPolicy"])
    text = text.replace("<partition>", "aws").replace("<region>", "us-east-1").replace("111111111111", walk.account)
    destination(walk)
    answer = walk.answered(logs(walk).put_delivery_destination_policy, deliveryDestinationName="destination-1", deliveryDestinationPolicy=text)
    return label, answer


@drives("logs", DELIVERY + "DeliveryDestinationPolicies · test_put_delivery_destination_policy")
def delivery_policy_put(walk):
    walk.match(*delivery_policy(walk))


@drives("logs", DELIVERY + "DeliveryDestinationPolicies · test_get_delivery_destination_policy")
def delivery_policy_got(walk):
    label, _ = delivery_policy(walk)
    walk(label, logs(walk).get_delivery_destination_policy, deliveryDestinationName="destination-1")


@drives("logs", DELIVERY + "DeliverySources · test_get_delivery_source_not_found", DELIVERY + "DeliverySources · test_delete_delivery_source")
def no_delivery_source(walk):
    if "delete" in walk.name:
        walk("error-after-delete", logs(walk).delete_delivery_source, name="none")
    else:
        walk("error-not-found", logs(walk).get_delivery_source, name="none")


@drives("logs", DELIVERY + "Deliveries · test_delete_delivery")
def no_delivery(walk):
    walk("error-after-delete", logs(walk).get_delivery, id="0123456789abcdef")


def own_destination(walk, role="role-1"):
    walk.answered(walk.client("kinesis").create_stream, StreamName="stream-1", ShardCount=1)
    target = f"arn:aws:kinesis:us-east-1:{walk.account}:stream/stream-1"
    return {"destinationName": "destination-1", "targetArn": target, "roleArn": f"arn:aws:iam::{walk.account}:role/{role}"}


@drives("logs", "logs_destinations · TestDestinations · test_put_destination")
def destination_put(walk):
    walk("put-destination", logs(walk).put_destination, **own_destination(walk))


@drives("logs", "logs_destinations · TestDestinations · test_update_destination")
def destination_updated(walk):
    for label in ("original-description", "updated-description"):
        logs(walk).put_destination(**own_destination(walk))
        walk(label, logs(walk).describe_destinations, DestinationNamePrefix="destination-1")


@drives("logs", EVENTS + "test_get_log_events_invalid_token")
def token(walk):
    walk("error-invalid-token", logs(walk).get_log_events, nextToken="invalid-token", **stream(walk))


@drives("logs", EVENTS + "test_put_log_events_to_invalid_stream")
def no_stream(walk):
    told = {**stream(walk), "logStreamName": "none"}
    walk("error-invalid-stream", logs(walk).put_log_events, logEvents=[{"timestamp": now(), "message": "m"}], **told)


DAY_MS = 86_400_000


@drives("logs", EVENTS + "test_put_log_events_too_new", EVENTS + "test_put_log_events_too_old", EVENTS + "test_put_log_events_wrong_order")
def refused_events(walk):
    label = next(iter(walk.answers))
    moments = {"response-too-new": [now() + 3 * 3_600_000], "response-too-old": [now() - 15 * DAY_MS], "error-wrong-order": [now(), now() - 1000]}[label]
    walk(label, logs(walk).put_log_events, logEvents=[{"timestamp": at, "message": "m"} for at in moments], **stream(walk))


@drives("logs", "logs_export_tasks · TestExportTasks · test_cancel_export_task_not_found")
def no_export(walk):
    walk("error-cancel-not-found", logs(walk).cancel_export_task, taskId="1d6fe3ea-6d1b-4c3f-9f1a-0e0e4b1c5d77")


@drives("logs", "logs_export_tasks · TestExportTasks · test_create_export_task_bucket_not_found")
def no_bucket(walk):
    stream(walk)
    walk("error-bucket-not-found", logs(walk).create_export_task, logGroupName="group-1", fromTime=now() - DAY_MS, to=now(), destination="no-such-bucket-0123456789")


@drives("logs", "logs_export_tasks · TestExportTasks · test_describe_export_tasks_not_found")
def exports(walk):
    walk("task-not-found", logs(walk).describe_export_tasks, taskId="1d6fe3ea-6d1b-4c3f-9f1a-0e0e4b1c5d77")


@drives("logs", "logs_filter_events · TestFilterLogEvents · test_filter_log_events_limit_validation")
def limit(walk):
    stream(walk)
    walk("error-limit-exceeded", logs(walk).filter_log_events, logGroupName="group-1", limit=10001)


@drives("logs", "logs_groups · TestLogsGroups · test_describe_log_groups_prefix_and_pattern_error")
def prefix_and_pattern(walk):
    walk("error-prefix-and-pattern", logs(walk).describe_log_groups, logGroupNamePrefix="a", logGroupNamePattern="a")


@drives("logs", "logs_groups · TestLogsGroups · test_list_log_groups_with_pattern")
def pattern(walk):
    logs(walk).create_log_group(logGroupName="test-group-0123456789")
    found = logs(walk).describe_log_groups(logGroupNamePattern="test-group")["logGroups"]
    for group in found:
        # Not in the recording, which leaves it out of all its answers.
        group.pop("storedBytes", None)
    walk.match("list-log-groups-match", found)
    walk("list-log-groups-no-match", logs(walk).describe_log_groups, logGroupNamePattern="no-such-group")


@drives("logs", "logs_groups · TestLogsGroupsTags · test_tag_log_group")
def tags(walk):
    stream(walk)
    arn = f"arn:aws:logs:us-east-1:{walk.account}:log-group:group-1"
    logs(walk).tag_resource(resourceArn=arn, tags={"tag_key_1": "tag_value_1"})
    walk("list-tags-after-tag", logs(walk).list_tags_for_resource, resourceArn=arn)


def metric(at):
    return {"metricName": f"metric{at}", "metricNamespace": f"namespace{at}", "metricValue": "1"}


@drives("logs", FILTERS + "test_delete_metric_filter_invalid_log_group_name")
def group_name(walk):
    walk("error-invalid-log-group-name", logs(walk).delete_metric_filter, logGroupName="X" * 513, filterName="f")


@drives("logs", FILTERS + "test_put_metric_filter_invalid_filter_pattern")
def filter_pattern(walk):
    stream(walk)
    told = re.search(r"Value '(X+)'", walk.answers["error-invalid-filter-pattern"]["Error"]["Message"])[1]
    walk("error-invalid-filter-pattern", logs(walk).put_metric_filter, logGroupName="group-1", filterName="f", filterPattern=told, metricTransformations=[metric(1)])


@drives("logs", FILTERS + "test_put_metric_filter_too_many_transformations")
def transformations(walk):
    stream(walk)
    told = {"logGroupName": "group-1", "filterName": "f", "filterPattern": "", "metricTransformations": [metric(1), metric(2)]}
    walk("error-too-many-transformations", logs(walk).put_metric_filter, **told)


@drives("logs", "logs_queries · TestCloudWatchLogsInsightsQueries · test_start_query_basic", "logs_queries · TestCloudWatchLogsInsightsQueries · test_describe_queries")
def query(walk):
    stream(walk)
    end = int(time.time())
    told = {"logGroupName": "group-1", "startTime": end - 3600, "endTime": end, "queryString": "fields @message"}
    started = walk.answered(logs(walk).start_query, **told)
    if "start-query" in walk.answers:
        walk.match("start-query", started)
    else:
        walk("describe-queries", logs(walk).describe_queries, logGroupName="group-1")


@drives("logs", "logs_resource_policies · TestResourcePoliciesLimits · test_put_resource_policy_limit_exceeded")
def policies(walk):
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "es.amazonaws.com"}, "Action": "logs:PutLogEvents", "Resource": "*"}]}
    for at in range(10):
        logs(walk).put_resource_policy(policyName=f"p{at}", policyDocument=json.dumps(document))
    walk("error-limit-exceeded", logs(walk).put_resource_policy, policyName="p10", policyDocument=json.dumps(document))


@drives("logs", "logs_streams · TestLogsStreams · test_describe_log_streams_with_prefix")
def streams(walk):
    logs(walk).create_log_group(logGroupName="group-1")
    for at in range(3):
        logs(walk).create_log_stream(logGroupName="group-1", logStreamName=f"stream-{at}")
    walk("describe-streams-with-prefix", logs(walk).describe_log_streams, logGroupName="group-1", logStreamNamePrefix="stream")


def subscribed(walk, name="test", pattern="", **more):
    told = {"logGroupName": "group-1", "filterName": name, "filterPattern": pattern, "destinationArn": function_arn(walk, "fn-1"), **more}
    return walk.answered(logs(walk).put_subscription_filter, **told)


def subscribable(walk, label=None):
    helped(walk)
    active(walk)
    stream(walk)
    told = {
        "FunctionName": "fn-1",
        "StatementId": "fn-1",
        "Principal": "logs.us-east-1.amazonaws.com",
        "Action": "lambda:InvokeFunction",
        "SourceArn": f"arn:aws:logs:us-east-1:{walk.account}:log-group:group-1:*",
        "SourceAccount": walk.account,
    }
    answer = walk.answered(walk.client("lambda").add_permission, **told)
    if label is not None:
        walk.match(label, answer)


@drives("logs", SUBSCRIPTIONS + "test_delete_subscription_filter_errors")
def no_subscription(walk):
    walk("error-log-group-not-found", logs(walk).delete_subscription_filter, logGroupName="none", filterName="f")
    stream(walk)
    walk("error-filter-not-found", logs(walk).delete_subscription_filter, logGroupName="group-1", filterName="f")


@drives("logs", SUBSCRIPTIONS + "test_put_subscription_filter_limit_exceeded")
def subscriptions(walk):
    subscribable(walk)
    for at in range(2):
        subscribed(walk, f"f{at}")
    walk.match("error-limit-exceeded", subscribed(walk, "f2"))


@drives("logs", SUBSCRIPTIONS + "test_put_subscription_filter_update")
def subscription_updated(walk):
    subscribable(walk)
    subscribed(walk)
    subscribed(walk, pattern="[]")
    walk("updated-filter", logs(walk).describe_subscription_filters, logGroupName="group-1")


@drives("logs", "logs_subscription_filters · TestSubscriptionFilters · test_put_subscription_filter_lambda")
def subscription(walk):
    subscribable(walk, "add_permission")
    walk.match("put_subscription_filter", subscribed(walk))
    walk("describe_subscription_filter", logs(walk).describe_subscription_filters, logGroupName="group-1")
    at = now()
    logs(walk).put_log_events(logGroupName="group-1", logStreamName="stream-1", logEvents=[{"timestamp": at, "message": "test"}, {"timestamp": at, "message": "test 2"}])
    events = logs(walk).filter_log_events(logGroupName="group-1")["events"]
    walk.match("list_all_log_events", [{"id": event["eventId"], "message": event["message"], "timestamp": event["timestamp"]} for event in events])
