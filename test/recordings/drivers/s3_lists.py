"""S3: lists, cross-origin rules, websites, and what is told of objects to queues."""

import json
import re

from walker import drives

from drivers.s3_buckets import answered, ask, made, named, opened, put, s3, versioned
from drivers.s3_requests import sent, tree
from drivers.s3_uploads import Upload

LISTS = "s3_list_operations · TestS3List"
FOLDER = ["folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2"]


def plainly(walk, label, query):
    walk.match(label, tree(sent(walk, "GET", f"/{named(walk)}?{query}")[2]))


@drives("s3", LISTS + "Buckets · test_list_buckets_region_validation")
def bad_region(walk):
    walk("bad-region", s3(walk).list_buckets, BucketRegion="eu-east-1")


@drives("s3", LISTS + "Buckets · test_list_buckets_with_max_buckets")
def few_buckets(walk):
    made(walk)
    made(walk, "other")
    walk("list-objects-with-max-buckets", s3(walk).list_buckets, MaxBuckets=1)


@drives("s3", LISTS + "MultipartUploads · test_list_multipart_uploads_marker_common_prefixes")
def upload_prefixes(walk):
    made(walk)
    for key in FOLDER:
        Upload(walk, key)
    told = {"Prefix": "folder/", "Delimiter": "/", "MaxUploads": 1}
    ask(walk, "list-multiparts-start", "list_multipart_uploads", **told)
    ask(walk, "list-multiparts-manual-prefix", "list_multipart_uploads", KeyMarker="folder/aSubfolder/", **told)
    ask(walk, "list-multiparts-manual-first-file", "list_multipart_uploads", KeyMarker=FOLDER[0], **told)


@drives("s3", LISTS + "MultipartUploads · test_list_multiparts_next_marker")
def upload_markers(walk):
    made(walk)

    def listed(end, **told):
        if end not in ("empty", "all"):
            told["MaxUploads"] = 1
        return ask(walk, f"list-multiparts-{end}", "list_multipart_uploads", **told)

    listed("empty")
    keys = ["test_c", "test_b", "test_a", "test_a", "test_a"]
    ids = [Upload(walk, key).named["UploadId"] for key in keys]
    walk.match("upload-ids-order", {"UploadIds": [{"UploadId": one} for one in ids]})
    listed("all")
    first = listed("max-1")
    key, upload = first["NextKeyMarker"], first["NextUploadIdMarker"]
    listed("next-key-only", KeyMarker=key)
    listed("next-key-last", KeyMarker="test_c")
    listed("next-upload-only", UploadIdMarker=upload)
    listed("both-markers", KeyMarker=key, UploadIdMarker=upload)
    listed("both-markers-2", KeyMarker=key, UploadIdMarker=ids[-1])
    listed("get-last-upload-no-truncate", KeyMarker="test_b", UploadIdMarker=ids[1])
    listed("wrong-id-for-key", KeyMarker="test_c", UploadIdMarker=ids[1])
    listed("next-key-empty", KeyMarker="")


@drives("s3", LISTS + "ObjectVersions · test_list_objects_versions_markers")
def version_markers(walk):
    made(walk)
    versioned(walk)
    keys = ["test_0", "test_1", "test_2"]
    ids = [put(walk, key, b"version 1")["VersionId"] for key in keys]
    ids.append(put(walk, "test_2", b"version 2")["VersionId"])
    ids += [answered(walk, "delete_object", Key=key)["VersionId"] for key in keys]
    ids += [put(walk, key, b"version 2")["VersionId"] for key in keys[:2]]
    walk.match("version-order", {"Versions": [{"VersionId": one} for one in ids]})

    def listed(end, **told):
        return ask(walk, f"list-objects-{end}", "list_object_versions", **told)

    listed("versions-all")
    page = listed("versions-5", MaxKeys=5)
    key, version = page["NextKeyMarker"], page["NextVersionIdMarker"]
    listed("next-key-only", MaxKeys=1, KeyMarker=key)
    listed("next-key-last", MaxKeys=1, KeyMarker="test_2")
    listed("next-version-only", MaxKeys=1, VersionIdMarker=version)
    listed("both-markers", MaxKeys=1, KeyMarker=key, VersionIdMarker=version)
    listed("last-key-last-version", MaxKeys=1, KeyMarker="test_2", VersionIdMarker=ids[3])
    listed("next-key-empty", MaxKeys=1, KeyMarker="")


@drives("s3", LISTS + "ObjectVersions · test_list_objects_versions_with_prefix")
def version_prefixes(walk):
    made(walk)
    versioned(walk)
    for key, body in [("dir/test", b"content key1-v1"), ("dir/test", b"content key-1v2"), ("dir/subdir/test2", b"content key2-v1"), ("dir/subdir/test2", b"content key2-v2")]:
        put(walk, key, body)
    for at, prefix in enumerate(("dir/", "dir/s", "dir/test", "dir/subdir", "dir/subdir/", "dir/subdir/test2"), 1):
        ask(walk, f"list-object-version-{at}", "list_object_versions", Delimiter="/", Prefix=prefix)
    plainly(walk, "list-objects-versions-no-encoding", "versions&prefix=dir%2Fsubdir&delimiter=%2F")


@drives("s3", LISTS + "Objects · test_list_objects_marker_common_prefixes")
def object_prefixes(walk):
    made(walk)
    for key in FOLDER:
        put(walk, key, b"content 123")
    told = {"Prefix": "folder/", "Delimiter": "/", "MaxKeys": 1}
    ask(walk, "list-objects-all-keys", "list_objects")
    marker = ask(walk, "list-objects-start", "list_objects", **told)["NextMarker"]
    marker = ask(walk, "list-objects-next-1", "list_objects", Marker=marker, **told)["NextMarker"]
    ask(walk, "list-objects-end", "list_objects", Marker=marker, **told)
    ask(walk, "list-objects-manual-first-file", "list_objects", Marker=FOLDER[0], **told)


@drives("s3", LISTS + "Objects · test_list_objects_with_prefix")
def delimited(walk, delimiter):
    made(walk)
    put(walk, "test/foo/bar/123", b"content 123")
    ask(walk, "list-objects", "list_objects", Prefix="test/", Delimiter=delimiter, MaxKeys=1, EncodingType="url")
    if "list-objects-no-encoding" in walk.answers:
        plainly(walk, "list-objects-no-encoding", "prefix=test&delimiter=/")


@drives("s3", LISTS + "ObjectsV2 · test_list_ops_encoding_type_validation")
def bad_encoding(walk, operation):
    made(walk)
    ask(walk, f"{operation}-error-wrong-value", operation, EncodingType="value")
    ask(walk, f"{operation}-error-empty-value", operation, EncodingType="")


@drives("s3", LISTS + "Parts · test_list_parts_empty_part_number_marker")
def empty_marker(walk):
    made(walk)
    upload = Upload(walk, "test-list-part-empty-marker")
    upload.part(b"data")
    upload.listed("list-parts-empty-marker", PartNumberMarker="")
    upload.listed("list-parts-empty-max-parts", MaxParts="")


SQS = "s3_notifications_sqs · TestS3NotificationsToSQS · test_"


def told_to_queue(walk, *events):
    made(walk)
    url = queue(walk)
    config = {"Id": f"config-{walk.account}", "QueueArn": queue_arn(walk), "Events": list(events)}
    s3(walk).put_bucket_notification_configuration(Bucket=named(walk), NotificationConfiguration={"QueueConfigurations": [config]})
    return url


def queue(walk, name="my-queue"):
    return walk.client("sqs").create_queue(QueueName=name)["QueueUrl"]


def queue_arn(walk, name="my-queue"):
    return f"arn:aws:sqs:us-east-1:{walk.account}:{name}"


def received(walk, url, count):
    records = []

    def ask():
        for message in walk.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            records.extend(json.loads(message["Body"]).get("Records", []))
            walk.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return records

    return walk.until(ask, lambda records: len(records) >= count)


@drives("s3", *[SQS + name for name in ("delete_objects", "key_encoding", "object_created_copy", "object_created_put", "object_put_acl", "object_tagging_delete_event", "object_tagging_put_event")])
def notified(walk):
    recorded = walk.answers["receive_messages"]["messages"]
    event = "s3:" + re.sub(":(?!Put$).*", ":*", recorded[0]["eventName"])
    url = told_to_queue(walk, event)
    name = walk.name.rsplit("test_", 1)[1]
    tags = {"TagSet": [{"Key": "a", "Value": "b"}]}
    key = {"key_encoding": "a@b", "object_put_acl": "my_key_acl"}.get(name, f"key-{walk.account}")
    for one in recorded:
        size = one["s3"]["object"].get("size", 4)
        if name == "delete_objects":
            put(walk, f"{key}-{one['s3']['object']['key'][-2]}")
        elif name == "object_created_copy":
            put(walk, "source", b"something", Bucket=made(walk, "source"))
            answered(walk, "copy_object", Key=key, CopySource=f"{named(walk, 'source')}/source")
        else:
            put(walk, key, b"something" if size == 9 else b"a" * size)
    if name == "delete_objects":
        keys = [{"Key": f"{key}-{at}"} for at in range(1, len(recorded) + 1)]
        answered(walk, "delete_objects", Delete={"Objects": keys})
    if name == "object_put_acl":
        s3(walk).put_bucket_ownership_controls(Bucket=named(walk), OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
        s3(walk).delete_public_access_block(Bucket=named(walk))
        for acl in ("public-read", "private", "public-read"):
            answered(walk, "put_object_acl", Key="my_key_acl", ACL=acl)
    if "tagging" in name:
        answered(walk, "put_object_tagging", Key=key, Tagging=tags)
    if "tagging_delete" in name:
        answered(walk, "delete_object_tagging", Key=key)
    records = [one for one in received(walk, url, len(recorded)) if one["eventName"] == recorded[0]["eventName"]]
    for record, one in zip(records, recorded):
        if "eTag" in one["s3"]["object"] and "eTag" in record["s3"]["object"]:
            record["s3"]["object"]["eTag"] = one["s3"]["object"]["eTag"]
    walk.match("receive_messages", {"messages": records})


@drives("s3", SQS + "filter_rules_empty_value", SQS + "notifications_with_filter")
def filters(walk):
    made(walk)
    url = queue(walk, f"my-queue-{walk.account}")
    arn = queue_arn(walk, f"my-queue-{walk.account}")

    def config(label, *configs):
        told = {"QueueConfigurations": [{"QueueArn": arn, **one} for one in configs]} if configs else {}
        s3(walk).put_bucket_notification_configuration(Bucket=named(walk), NotificationConfiguration=told)
        return ask(walk, label, "get_bucket_notification_configuration")

    def rules(**told):
        return {"Filter": {"Key": {"FilterRules": [{"Name": name, "Value": value} for name, value in told.items()]}}}

    if "bucket_notification_configuration" in walk.answers:
        config("bucket_notification_configuration", {"Events": ["s3:ObjectCreated:*"], **rules(suffix="")})
        return
    here = rules(prefix="testupload/", suffix="testfile.txt")
    one, other = {"Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"], **here}, {"Id": "id0002", "Events": ["s3:ObjectTagging:*"], **here}
    config("config", one, other)
    put(walk, "testupload/dir1/testfile.txt", b"a" * 32)
    [message] = received(walk, url, 1)
    message["s3"]["object"]["eTag"] = walk.answers["message"]["s3"]["object"]["eTag"]
    walk.match("message", message)
    config("config_empty")
    created = {"Id": "id123456", "Events": ["s3:ObjectCreated:*"]}
    config("config_updated", created)
    config("config_updated_filter", {**created, **rules(prefix="testupload/")})


EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]


@drives("s3", SQS + "invalid_sqs_arn", SQS + "multiple_invalid_sqs_arns")
def bad_queues(walk):
    made(walk)

    def config(label, *arns, **more):
        told = {"QueueConfigurations": [{"Id": f"id{123 + at}", "QueueArn": arn, "Events": [EVENTS[at]]} for at, arn in enumerate(arns)]}
        ask(walk, label, "put_bucket_notification_configuration", NotificationConfiguration=told, **more)

    none, other = queue_arn(walk), queue_arn(walk, "my-queue-2")
    if "invalid_skip" in walk.answers:
        config("invalid_not_skip", "invalid-queue")
        config("invalid_skip", "invalid-queue", SkipDestinationValidation=True)
        config("queue-does-not-exist", none)
        told = {"QueueConfigurations": [{"Id": "id123", "QueueArn": none, "Events": ["s3:ObjectCreated:*"]}]}
        answered(walk, "put_bucket_notification_configuration", NotificationConfiguration=told, SkipDestinationValidation=True)
        ask(walk, "skip_destination_validation", "get_bucket_notification_configuration")
        return
    config("two-queue-arns-invalid", "invalid_arn", "invalid_arn_2")
    config("one-queue-invalid-one-not-existent", "invalid_arn_2", none)
    config("multiple-queues-do-not-exist", none, other)


@drives("s3", "s3_api · TestS3BucketNotificationConfiguration · test_bucket_notification_with_invalid_filter_rules")
def bad_filter(walk):
    made(walk)
    queue(walk)
    rule = {"Key": {"FilterRules": [{"Name": "INVALID", "Value": "value"}]}}
    told = {"QueueConfigurations": [{"QueueArn": queue_arn(walk), "Events": ["s3:ObjectCreated:*"], "Filter": rule}]}
    ask(walk, "invalid_filter_name", "put_bucket_notification_configuration", NotificationConfiguration=told)


@drives("s3", "s3_notifications_sns · TestS3NotificationsToSns · test_bucket_not_exist")
def no_bucket(walk):
    told = {"TopicConfigurations": [{"TopicArn": f"arn:aws:sns:us-east-1:{walk.account}:topic", "Events": ["s3:ObjectCreated:*"]}]}
    ask(walk, "bucket_not_exists", "put_bucket_notification_configuration", NotificationConfiguration=told, SkipDestinationValidation=True)


CORS = "s3_cors · TestS3Cors · test_"


def rules(walk, *told, label=None):
    config = {"CORSConfiguration": {"CORSRules": list(told)}}
    return ask(walk, label, "put_bucket_cors", **config) if label else answered(walk, "put_bucket_cors", **config)


GET_ANY = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}


@drives("s3", CORS + "delete_cors")
def cors_deleted(walk):
    made(walk)
    ask(walk, "delete-cors-before-set", "delete_bucket_cors")
    rules(walk, GET_ANY, label="put-cors")
    ask(walk, "get-cors", "get_bucket_cors")
    ask(walk, "delete-cors", "delete_bucket_cors")
    ask(walk, "get-cors-deleted", "get_bucket_cors")


@drives("s3", CORS + "put_cors")
def cors(walk):
    made(walk)
    recorded = walk.answers["get-cors"]["CORSRules"]
    rules(walk, *recorded, label="put-cors")
    ask(walk, "get-cors", "get_bucket_cors")


@drives("s3", CORS + "put_cors_invalid_rules")
def bad_cors(walk):
    made(walk)
    rules(walk, {"AllowedOrigins": ["*"], "AllowedMethods": ["MYMETHOD"]}, label="put-cors-exc")
    rules(walk, label="put-cors-exc-empty")


def preflight(walk, label, path, method="OPTIONS", **headers):
    """The answer to a browser, with its headers: what each of them says, as recorded."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    status, told, body = sent(walk, method, f"/{named(walk)}{path}", given, signed=method != "OPTIONS")
    recorded = walk.answers[label]["Headers"]
    text = tree(body) if isinstance(walk.answers[label]["Body"], dict) else body.decode()
    found = {name: ", ".join(told.get_all(name)) for name in recorded if told.get_all(name)}
    for name in found:
        if name.lower().startswith("access-control") and name not in recorded:
            found.setdefault(name, told[name])
    # How a body is sent, and what a server is called, differ.
    for name in ("Transfer-Encoding", "server", "date"):
        if name in recorded:
            found[name] = recorded[name]
    walk.match(label, {"Body": text, "Headers": found, "StatusCode": status})


@drives("s3", CORS + "cors_expose_headers")
def exposed(walk):
    opened(walk)
    put(walk, "key", b"test-cors")
    rules(walk, {**GET_ANY, "ExposeHeaders": ["x-amz-id-2", "x-amz-request-id", "x-amz-request-payer"]})
    preflight(walk, "opt-get", "/key", Origin="https://localhost:4200", Access_Control_Request_Method="GET")


@drives("s3", CORS + "put_cors_default_values")
def default_cors(walk):
    made(walk)
    rules(walk, GET_ANY)
    asked = {"Origin": "https://localhost:4200", "Access_Control_Request_Method": "GET"}
    preflight(walk, "opt-get", "/key", **asked)
    preflight(walk, "opt-get-headers", "/key", Access_Control_Request_Headers="x-amz-request-payer", **asked)


@drives("s3", CORS + "cors_options_fails_partial_origin")
def partial_origin(walk):
    made(walk)
    rules(walk, {"AllowedOrigins": ["https://example.org"], "AllowedMethods": ["GET"]})
    preflight(walk, "options_fails_partial_origin", "", Origin="https://example.org.evil.com", Access_Control_Request_Method="GET")


@drives("s3", CORS + "cors_http_options_non_existent_bucket")
def preflight_of_nothing(walk):
    for label, headers in [("options-no-origin", {}), ("options-with-origin", {"Origin": "http://example.org"})]:
        walk.match(label, tree(sent(walk, "OPTIONS", f"/{named(walk)}", headers, signed=False)[2]))


@drives("s3", "s3 · TestS3StaticWebsiteHosting · test_website_hosting_404", "s3 · TestS3StaticWebsiteHosting · test_website_hosting_no_such_website")
def pages(walk):
    """A website's host is `bucket.s3-website…`."""

    def page(label, name, path):
        body = sent(walk, "GET", path, {"Host": f"{name}.s3-website-us-east-1.amazonaws.com"}, signed=False)[2].decode()
        walk.match(label, body)

    if "no-such-bucket" in walk.answers:
        page("no-such-bucket", named(walk, "none"), "/")
        made(walk)
        page("no-such-website-config", named(walk), "/")
        page("no-such-website-config-key", named(walk), "/key")
        return
    opened(walk)
    allow = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [f"arn:aws:s3:::{named(walk)}", f"arn:aws:s3:::{named(walk)}/*"]}
    s3(walk).put_bucket_policy(Bucket=named(walk), Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
    s3(walk).put_bucket_website(Bucket=named(walk), WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    page("404-no-such-key", named(walk), "/")
    s3(walk).put_bucket_website(Bucket=named(walk), WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}})
    page("404-no-such-key-nor-custom", named(walk), "/")
