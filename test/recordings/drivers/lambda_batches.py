"""Lambda: the batches that streams and queues send, in one event or several."""

import base64

from drivers.lambda_invocations import LOGS, MAPPED, function, queue, seen
from drivers.lambda_streams import STREAMS, events, mapping, stream
from walker import drives

def records(walk, count, name="fn-1"):
    """The records of all events that a function has logged, once they are as many."""
    told = lambda: [record for event in seen(walk, 1, name) for record in event["Records"]]
    return walk.until(told, lambda found: len(found) >= count)


def put(walk, recorded):
    """Puts what was recorded, once each."""
    once = {record["kinesis"]["sequenceNumber"]: record["kinesis"] for record in recorded}
    told = [{"Data": base64.b64decode(one["data"]), "PartitionKey": one["partitionKey"]} for one in once.values()]
    walk.client("kinesis").put_records(StreamName="stream", Records=told)


@drives("lambda", STREAMS + "create_kinesis_event_source_mapping")
def streamed(walk):
    function(walk, LOGS)
    mapping(walk, stream(walk), "create_event_source_mapping_response")
    recorded = walk.answers["kinesis_records"]["Records"]
    put(walk, recorded)
    walk.match("kinesis_records", {"Records": records(walk, len(recorded))})


@drives("lambda", STREAMS + "create_kinesis_event_source_mapping_multiple_lambdas_single_kinesis_event_stream")
def shared(walk):
    source = stream(walk)
    own = walk.client("lambda")
    for part in "ab":
        function(walk, LOGS, f"fn-{part}")
        told = {"FunctionName": f"fn-{part}", "EventSourceArn": source, "StartingPosition": "TRIM_HORIZON"}
        walk(f"create_event_source_mapping_response-{part}", own.create_event_source_mapping, **told)
    put(walk, walk.answers["kinesis_records-a"]["Records"])
    for part in "ab":
        walk.match(f"kinesis_records-{part}", {"Records": records(walk, 1, f"fn-{part}")})


@drives("lambda", STREAMS + "kinesis_event_source_trim_horizon")
def from_the_start(walk):
    function(walk, LOGS)
    source = stream(walk)
    recorded = walk.answers["invocation_events"]
    put(walk, [record for one in recorded for record in one["event"]["Records"]])
    mapping(walk, source, "create_event_source_mapping_response")
    walk.match("invocation_events", [{"event": event, "executionStart": 0} for event in events(walk, len(recorded))])


@drives("lambda", MAPPED + "sqs_event_source_mapping_batch_size")
def batched(walk, size):
    function(walk, LOGS)
    url, source = queue(walk)
    told = {"FunctionName": "fn-1", "EventSourceArn": source, "BatchSize": int(size), "MaximumBatchingWindowInSeconds": 2}
    made = walk("create-event-source-mapping-response", walk.client("lambda").create_event_source_mapping, **told)
    ask = walk.client("lambda").get_event_source_mapping
    walk.until(lambda: ask(UUID=made["UUID"]), lambda one: one["State"] == "Enabled")
    bodies = [record["body"] for record in walk.answers["Records"]]
    for group, count in (("0", 10), ("1", 5)):
        entries = [{"Id": f"{at}-{group}", "MessageBody": next(body for body in bodies if body.startswith(f"{at}-{group}-"))} for at in range(count)]
        walk(f"send-message-batch-result-{count}", walk.client("sqs").send_message_batch, QueueUrl=url, Entries=entries)
    found = records(walk, len(bodies))
    # Older events had this member, too.
    for record in [*walk.answers["Records"], *found]:
        record.pop("md5OfMessageAttributes", None)
    walk.match("Records", sorted(found, key=lambda record: record["body"]))
