"""Kinesis: tags, records, and an error in CBOR."""

import ast
import http.client
import os
import urllib.parse

from walker import drives

STREAM = "kinesis · TestKinesis · "


def streaming(walk):
    own = walk.client("kinesis")
    own.create_stream(StreamName="stream", ShardCount=1)
    walk.until(lambda: own.describe_stream_summary(StreamName="stream")["StreamDescriptionSummary"], lambda told: told["StreamStatus"] == "ACTIVE")
    return own


@drives("kinesis", STREAM + "test_add_tags_to_stream")
def tags(walk):
    own = streaming(walk)
    own.add_tags_to_stream(StreamName="stream", Tags={"foo": "bar"})
    walk.match("Tags", own.list_tags_for_stream(StreamName="stream")["Tags"][0])


@drives("kinesis", STREAM + "test_record_lifecycle_data_integrity")
def records(walk):
    own = streaming(walk)
    # What was put is told by what was got.
    for record in walk.answers["Records"]:
        own.put_record(StreamName="stream", Data=ast.literal_eval(record["Data"]), PartitionKey=record["PartitionKey"])
    shard = own.list_shards(StreamName="stream")["Shards"][0]["ShardId"]
    iterator = own.get_shard_iterator(StreamName="stream", ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    found = own.get_records(ShardIterator=iterator)["Records"]
    walk.match("Records", [{**record, "Data": str(record["Data"])} for record in found])


def cbor_text(text):
    return bytes([0x60 + len(text)]) + text.encode()


def cbor_texts(data):
    """A map of CBOR that has texts only."""
    at, found = 1, []
    while at < len(data) and data[at] != 0xFF:
        length, at = (data[at + 1], at + 2) if data[at] == 0x78 else (data[at] - 0x60, at + 1)
        found.append(data[at : at + length].decode())
        at += length
    return dict(zip(found[::2], found[1::2]))


@drives("kinesis", STREAM + "test_cbor_exceptions")
def cbor_error(walk):
    server = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
    connection = http.client.HTTPConnection(server.hostname, server.port)
    signed = f"AWS4-HMAC-SHA256 Credential={walk.account}/20250904/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0"
    headers = {
        "Content-Type": "application/x-amz-cbor-1.1",
        "X-Amz-Target": "Kinesis_20131202.DescribeStream",
        "X-Amz-Date": "20250904T165926Z",
        "Authorization": signed,
    }
    connection.request("POST", "/", b"\xa1" + cbor_text("StreamName") + cbor_text("wrong-stream-name"), headers)
    walk.match("cbor-error", cbor_texts(connection.getresponse().read()))
