"""S3: objects, their versions, tags and checksums."""

import base64
import gzip
import hashlib
from datetime import datetime, timedelta, timezone

from walker import drives

from drivers.s3_buckets import API, S3, answered, ask, made, named, put, s3, versioned

CHECKSUMS = {"Key": "key", "ObjectAttributes": ["Checksum"]}
JSON = b'{"key": "value"}'
OTHER_VERSION = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"


@drives("s3", S3 + "delete_keys_in_versioned_bucket")
def deleted_versions(walk):
    made(walk)
    versioned(walk)
    key = "test-key-versioned"

    def deleted(label, *versions):
        ask(walk, label, "delete_objects", Delete={"Objects": [{"Key": key, **({"VersionId": at} if at else {})} for at in versions]})

    older, newer = (put(walk, key, body)["VersionId"] for body in (b"something", b"something-v2"))
    ask(walk, "list-objects-v2", "list_objects_v2")
    deleted("delete-object", None)
    ask(walk, "list-objects-v2-after-delete", "list_objects_v2")
    listed = ask(walk, "list-object-version", "list_object_versions")
    deleted("delete-object-version", newer, older)
    ask(walk, "list-object-version-after-delete", "list_object_versions")
    deleted("delete-object-delete-marker", listed["DeleteMarkers"][0]["VersionId"])


@drives("s3", S3 + "delete_non_existing_keys", S3 + "delete_non_existing_keys_quiet")
def deleted_nothing(walk):
    made(walk)
    put(walk, "test-key-nonexistent")
    keys = [{"Key": key} for key in ("dummy1", "dummy2", "test-key-nonexistent")]
    ask(walk, "deleted-resp", "delete_objects", Delete={"Objects": keys, "Quiet": "quiet" in walk.name})


@drives("s3", S3 + "delete_objects_encoding")
def deleted_encoded(walk):
    made(walk)
    recorded = walk.answers["list-objects-before-delete"]["Contents"]
    keys = [one["Key"] for one in recorded]
    for one in recorded:
        put(walk, one["Key"], b"a" * one["Size"])
    ask(walk, "list-objects-before-delete", "list_objects_v2", body_is_told=False)
    ask(walk, "deleted-resp", "delete_objects", Delete={"Objects": [{"Key": key} for key in keys]})
    ask(walk, "list-objects", "list_objects_v2")


@drives("s3", S3 + "delete_object_tagging")
def tags_deleted(walk):
    made(walk)
    put(walk, "key", b"something")
    ask(walk, "get-obj", "get_object", Key="key")
    s3(walk).put_object_tagging(Bucket=named(walk), Key="key", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3(walk).delete_object_tagging(Bucket=named(walk), Key="key")
    ask(walk, "get-obj-after-tag-deletion", "get_object", Key="key")


@drives("s3", S3 + "get_bucket_versioning_order")
def versioning_order(walk):
    made(walk)
    ask(walk, "list_object_versions_before", "list_object_versions")
    ask(walk, "put_bucket_versioning", "put_bucket_versioning", VersioningConfiguration={"Status": "Enabled"})
    ask(walk, "get_bucket_versioning", "get_bucket_versioning")
    for key in ("test", "test", "test2"):
        put(walk, key, b"body")
    ask(walk, "list_object_versions", "list_object_versions")


@drives("s3", S3 + "get_object_after_deleted_in_versioned_bucket")
def got_after_deletion(walk):
    made(walk)
    versioned(walk)
    put(walk, "my-key", b"abcdefgh")
    ask(walk, "get-object", "get_object", Key="my-key")
    answered(walk, "delete_object", Key="my-key")
    ask(walk, "get-object-after-delete", "get_object", Key="my-key")


@drives("s3", S3 + "get_object_attributes_versioned")
def attributes_versioned(walk):
    made(walk)
    versioned(walk)
    key = "key-attrs-versioned"
    told = {"Key": key, "ObjectAttributes": ["StorageClass", "ETag", "ObjectSize", "ObjectParts", "Checksum"]}
    first = put(walk, key, b"69\n420\n", "put-obj-v1")["VersionId"]
    put(walk, key, b"version 2", "put-obj-v2")
    ask(walk, "object-attrs", "get_object_attributes", **told)
    told["ObjectAttributes"].remove("Checksum")
    ask(walk, "get-object-attrs-v1", "get_object_attributes", VersionId=first, **told)
    ask(walk, "delete-key", "delete_object", Key=key)
    ask(walk, "deleted-object-attrs", "get_object_attributes", **told)


@drives("s3", S3 + "get_object_with_anon_credentials")
def got(walk):
    made(walk)
    put(walk, "key", b"body data")
    ask(walk, "get_object", "get_object", Key="key")


@drives("s3", S3 + "head_object_fields")
def head(walk):
    made(walk)
    put(walk, "my-key", b"abcdefgh")
    ask(walk, "head-object", "head_object", Key="my-key")
    ask(walk, "head-object-404", "head_object", Key="my-key-not-found")


@drives("s3", S3 + "metadata_header_character_decoding")
def metadata_names(walk):
    made(walk)
    put(walk, "key", b"foo", Metadata={"TEST_META_1": "foo", "__meta_2": "bar"})
    ask(walk, "head-object", "head_object", Key="key")


@drives("s3", S3 + "object_with_slashes_in_key")
def slashes(walk, delimited):
    made(walk)
    for key, body in [("/foo", b"foobar"), ("bar", b"barfoo"), ("/bar/foo/", b"test")]:
        put(walk, key, body)
    ask(walk, "list-objects-slashes", "list_objects_v2")


@drives("s3", S3 + "precondition_failed_error")
def precondition(walk):
    made(walk)
    put(walk, "foo", b"bar")
    ask(walk, "get-object-if-match", "get_object", Key="foo", IfMatch='"not good etag"')


@drives("s3", S3 + "put_and_get_object_with_content_language_disposition")
def described(walk):
    made(walk)

    def headers(label, answer):
        walk.asked.add(label)
        recorded = walk.answers[label]["HTTPHeaders"]
        for name in recorded.keys() - answer["ResponseMetadata"]["HTTPHeaders"].keys():
            walk.differences.append(f"{label}.{name}: recorded, not answered")

    told = {"ContentLanguage": "de", "ContentDisposition": 'attachment; filename="foo.jpg"', "CacheControl": "no-cache"}
    headers("put-object-headers", put(walk, "key", b"abc123", "put-object", **told))
    headers("get-object-headers", ask(walk, "get-object", "get_object", Key="key"))


@drives("s3", S3 + "put_and_get_object_with_hash_prefix", S3 + "put_and_get_object_with_utf8_key")
def odd_keys(walk):
    made(walk)
    key, body = ("#key-with-hash-prefix", b"test 123") if "hash" in walk.name else ("Ā0Ä", b"abc123")
    put(walk, key, body, "put-object")
    ask(walk, "get-object", "get_object", Key=key)


@drives("s3", S3 + "put_get_object_single_character_trailing_slash")
def single(walk):
    made(walk)
    for key in ("a/", "t/", "u/"):
        put(walk, key, b"test", f"put-object-single-char-{key}")
        ask(walk, f"get-object-single-char-{key}", "get_object", Key=key)
    ask(walk, "list-objects-single-char", "list_objects_v2")


@drives("s3", S3 + "put_get_object_special_character")
def special(walk, key):
    made(walk)
    put(walk, key, b"test", "put-object-special-char")
    ask(walk, "list-object-special-char", "list_objects_v2")
    ask(walk, "get-object-special-char", "get_object", Key=key)
    ask(walk, "del-object-special-char", "delete_object", Key=key)


@drives("s3", S3 + "put_object_storage_class")
def storage_class(walk, told):
    made(walk)
    put(walk, "key", b"body-test", StorageClass=told.rsplit("-", 1)[0])
    ask(walk, "get-object-storage-class", "get_object_attributes", Key="key", ObjectAttributes=["StorageClass"])
    ask(walk, "get-object", "get_object", Key="key")


@drives("s3", S3 + "put_object_tagging_empty_list")
def tags(walk):
    made(walk)
    put(walk, "key", b"test")

    def listed(label, tags=None):
        if tags is not None:
            s3(walk).put_object_tagging(Bucket=named(walk), Key="key", Tagging={"TagSet": tags})
        ask(walk, label, "get_object_tagging", Key="key")

    listed("created-object-tags")
    listed("updated-object-tags", [{"Key": "tag1", "Value": "tag1"}, {"Key": "tag2", "Value": ""}])
    listed("deleted-object-tags", [])


@drives("s3", S3 + "putobject_with_multiple_keys", S3 + "upload_file_with_xml_preamble")
def written(walk):
    made(walk)
    put(walk, "a/b/c", b'<?xml version="1.0" encoding="UTF-8"?><test/>' if "xml" in walk.name else b"test")
    ask(walk, "get_object", "get_object", Key="a/b/c")


@drives("s3", S3 + "range_header_body_length")
def ranges(walk):
    made(walk)
    put(walk, "key", bytes(index * 7 % 251 for index in range(2048)))
    ask(walk, "get-object", "get_object", Key="key", Range="bytes=0-1023")
    ask(walk, "get-object-2", "get_object", Key="key", Range="bytes=1024-2047")


@drives("s3", S3 + "s3_delete_object_with_version_id")
def deleted_by_version(walk):
    made(walk)
    versioned(walk)
    ask(walk, "get_bucket_versioning", "get_bucket_versioning")
    body = b"Lorem ipsum dolor sit amet, ... " * 30
    version = put(walk, "aws/s3/testkey1.txt", body)["VersionId"]
    put(walk, "aws/s3/testkey2.txt", body)
    told = {"Objects": [{"Key": "aws/s3/testkey1.txt", "VersionId": version}]}
    ask(walk, "delete_objects", "delete_objects", Delete=told)
    ask(walk, "list_object_versions_after_delete", "list_object_versions")
    versioned(walk, "Suspended")
    ask(walk, "get_bucket_versioning_suspended", "get_bucket_versioning")


@drives("s3", S3 + "s3_get_object_header_overrides")
def overrides(walk):
    made(walk)
    put(walk, "key", b"something")
    told = {
        "ResponseCacheControl": "max-age=74",
        "ResponseContentDisposition": 'attachment; filename="foo.jpg"',
        "ResponseContentEncoding": "identity",
        "ResponseContentLanguage": "de-DE",
        "ResponseContentType": "image/jpeg",
        "ResponseExpires": datetime(2015, 10, 21, 7, 28, tzinfo=timezone.utc),
    }
    ask(walk, "get-object", "get_object", Key="key", **told)


@drives("s3", S3 + "s3_get_object_preconditions")
def preconditions(walk, operation):
    made(walk)
    etag = put(walk, "key", b"data")["ETag"]
    at = answered(walk, "head_object", Key="key")["LastModified"]

    def got(label, **told):
        ask(walk, label, operation, Key="key", **told)

    day = timedelta(days=1)
    got("precondition-if-match", IfMatch='"wrong"')
    got("precondition-if-unmodified-since", IfUnmodifiedSince=at - day)
    got("precondition-if-none-match", IfNoneMatch=etag)
    got("copy-precondition-if-modified-since", IfModifiedSince=at)
    got("obj-ignore-future-modified-since", IfModifiedSince=datetime.now(timezone.utc) + day)
    got("etag-missing-quotes", IfNoneMatch=etag.strip('"'))
    got("precondition-if-modified-since-is-object", IfModifiedSince=at)
    got("precondition-if-unmodified-since-is-object", IfUnmodifiedSince=at)
    got("obj-success", IfMatch=etag, IfNoneMatch="something", IfModifiedSince=at - day, IfUnmodifiedSince=at + day)


@drives("s3", S3 + "s3_invalid_content_md5")
def md5(walk):
    made(walk)
    upload = answered(walk, "create_multipart_upload", Key="mpu")["UploadId"]
    part = {"Key": "mpu", "UploadId": upload, "PartNumber": 1, "Body": b"something"}
    for at, digest in enumerate(["__invalid__", "000", "not base64 encoded checksum", "MTIz", base64.b64encode(b"test-string").decode()]):
        put(walk, "key", b"something", f"md5-error-{at}", ContentMD5=digest)
        ask(walk, f"upload-part-md5-error-{at}", "upload_part", ContentMD5=digest, **part)
    other, own = (base64.b64encode(hashlib.md5(body).digest()).decode() for body in (b"not the same", b"something"))
    other = "CYketZBSTjX8czcs3cXVlg=="  # of what the recording tells that another body was
    put(walk, "key", b"something", "md5-error-bad-digest", ContentMD5=other)
    ask(walk, "upload-part-md5-bad-digest", "upload_part", ContentMD5=other, **part)
    put(walk, "key", b"something", "success-put-object-md5", ContentMD5=own)
    ask(walk, "success-upload-part-md5", "upload_part", ContentMD5=own, **part)


@drives("s3", S3 + "s3_put_more_than_1000_items")
def many(walk):
    made(walk)
    for at in range(1010):
        put(walk, f"test-key-{at}", f"test-{at}".encode())
    ask(walk, "get_object-0", "get_object", Key="test-key-0")
    ask(walk, "get_object-1009", "get_object", Key="test-key-1009")
    listed = answered(walk, "list_objects", MaxKeys=1000, Delimiter="/")
    walk.match("list-objects", {**listed, "Contents": "content"})
    ask(walk, "list-objects-next_marker", "list_objects", Marker=listed["NextMarker"], MaxKeys=1000)


@drives("s3", S3 + "s3_sse_validate_kms_key_state")
def key_states(walk):
    made(walk)
    kms = walk.client("kms")
    key = kms.create_key(Description=f"key-{walk.account}")["KeyMetadata"]
    walk.match("create-kms-key", key)
    told = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key["Arn"]}
    put(walk, "key", b"test-sse", "success-put-object-sse", **told)
    ask(walk, "success-get-object-sse", "get_object", Key="key")
    kms.disable_key(KeyId=key["Arn"])
    put(walk, "key", b"test-sse", "put-obj-disabled-key", **told)
    ask(walk, "get-obj-disabled-key", "get_object", Key="key")
    kms.schedule_key_deletion(KeyId=key["Arn"], PendingWindowInDays=7)
    ask(walk, "get-obj-pending-deletion-key", "get_object", Key="key")


@drives("s3", S3 + "user_metadata_rfc2047_bad_b64_encoded")
def bad_metadata(walk):
    made(walk)
    put(walk, "key", b"", "put-object", Metadata={"bad-b64-encoded": "=?UTF-8?B?gGGA?="})
    ask(walk, "get-object", "get_object", Key="key")


@drives("s3", S3 + "url_encoded_key")
def encoded_key(walk, _):
    made(walk)
    for key, body in [("test@key/", b"test-non-encoded"), ("test%40key/", b"test-encoded"), ("test%40key", b"test-encoded-no-trailing")]:
        put(walk, key, body)
    ask(walk, "list-object-encoded-char", "list_objects_v2")


CRUD = API + "ObjectCRUD · test_"


@drives("s3", CRUD + "delete_object")
def deleted(walk):
    made(walk)
    put(walk, "test-delete", b"test-delete", "put-object")
    ask(walk, "delete-nonexistent-object", "delete_object", Key="another")
    ask(walk, "delete-nonexistent-object-versionid", "delete_object", Key="another", VersionId=OTHER_VERSION)
    ask(walk, "delete-object", "delete_object", Key="test-delete")


@drives("s3", CRUD + "delete_object_versioned")
def deleted_versioned(walk):
    made(walk)
    versioned(walk)
    key = "test-delete"
    version = put(walk, key, b"test-delete", "put-object")["VersionId"]
    marker = ask(walk, "delete-object", "delete_object", Key=key)["VersionId"]
    ask(walk, "delete-with-bad-version", "delete_object", Key=key, VersionId=f"{version[:-1]}-")
    ask(walk, "delete-object-2", "delete_object", Key=key)
    ask(walk, "get-object-with-version", "get_object", Key=key, VersionId=version)
    ask(walk, "get-delete-marker", "get_object", Key=key, VersionId=marker)
    ask(walk, "list-object-versions", "list_object_versions", Prefix=key)
    ask(walk, "delete-object-version", "delete_object", Key=key, VersionId=version)
    ask(walk, "get-deleted-object-with-version", "get_object", Key=key, VersionId=version)
    ask(walk, "get-deleted-object", "get_object", Key=key)
    ask(walk, "delete-delete-marker", "delete_object", Key=key, VersionId=marker)
    ask(walk, "delete-wrong-key", "delete_object", Key="wrong-key")


@drives("s3", CRUD + "get_object_with_version_unversioned_bucket")
def unversioned(walk):
    made(walk)
    put(walk, "key", b"test-version", "put-object")
    ask(walk, "get-obj-with-version", "get_object", Key="key", VersionId=OTHER_VERSION)
    ask(walk, "get-obj-with-null-version", "get_object", Key="key", VersionId="null")


@drives("s3", CRUD + "list_object_versions_order_unversioned")
def versions_order(walk):
    made(walk)
    ask(walk, "list-empty", "list_object_versions")
    for key, body, label in [("a-test-object-1", b"test-object-1", "put-object"), ("c-test-object-3", b"test-object-3", "put-object-3"), ("b-test-object-2", b"test-object-2", "put-object-2")]:
        put(walk, key, body, label)
    ask(walk, "list-object-versions", "list_object_versions")


@drives("s3", CRUD + "put_object_on_suspended_bucket")
def suspended(walk):
    made(walk)
    versioned(walk)
    for at in range(3):
        put(walk, "test-version", f"test-version-{at}".encode(), f"put-object-{at}")
    ask(walk, "list-enabled", "list_object_versions")
    versioned(walk, "Suspended")
    ask(walk, "list-suspended", "list_object_versions")
    put(walk, "test-version", b"test-version-suspended", "put-object-suspended")
    ask(walk, "list-suspended-after-put", "list_object_versions")
    put(walk, "test-version", b"test-version-suspended", "put-object-suspended-overwrite")
    ask(walk, "list-suspended-after-overwrite", "list_object_versions")
    versioned(walk)
    ask(walk, "get-object-current", "get_object", Key="test-version")


TAGS = API + "BucketObjectTagging · test_"


@drives("s3", TAGS + "head_object_with_tags")
def tag_counts(walk):
    made(walk)

    def headed(at):
        ask(walk, f"head-obj-after-{at}", "head_object", Key="key")

    put(walk, "key", b"test-tagging", "put-object", Tagging="tag1=tag1&tag2=tag2&tag=")
    headed("create")
    ask(walk, "put-object-tags", "put_object_tagging", Key="key", Tagging={"TagSet": [{"Key": "tag3", "Value": "tag3"}]})
    headed("tagging")
    answered(walk, "delete_object_tagging", Key="key")
    headed("removal")
    put(walk, "key", b"test-tagging", Tagging="tag1=tag1&tag2=tag2&tag=")
    headed("overwrite")


@drives("s3", TAGS + "put_object_tagging_none_value")
def no_tag_set(walk):
    made(walk)
    put(walk, "key")
    ask(walk, "put-none-tag-set", "put_object_tagging", Key="key", Tagging={"TagSet": []})
    ask(walk, "get-object-tags-none", "get_object_tagging", Key="key")


@drives("s3", TAGS + "put_object_with_tags")
def tagged(walk):
    made(walk)

    def listed(label, tagging=None):
        if tagging:
            put(walk, "key", b"test-tagging", Tagging=tagging)
        ask(walk, label, "get_object_tagging", Key="key")

    put(walk, "key", b"test-tagging", "put-object", Tagging="tag1=tag1&tag2=tag2&tag=")
    listed("get-object-tags")
    ask(walk, "put-object-tags", "put_object_tagging", Key="key", Tagging={"TagSet": [{"Key": "tag3", "Value": "tag3"}]})
    listed("get-object-tags-override")
    ask(walk, "head-obj", "head_object", Key="key")
    ask(walk, "get-obj", "get_object", Key="key")
    listed("get-object-tags-wrong-format-qs", "wrongquery&wrongagain")
    listed("get-object-tags-wrong-format-qs-2", "key1&key2")


WRITES = API + "ObjectWritePrecondition · test_"
KEY = "test-precondition"


@drives("s3", WRITES + "put_object_if_none_match", WRITES + "put_object_if_none_match_versioned_bucket")
def put_if_none_match(walk):
    made(walk)
    if "versioned" in walk.name:
        versioned(walk)
    put(walk, KEY, b"", "put-obj")
    put(walk, KEY, b"", "put-obj-if-none-match", IfNoneMatch="*")
    ask(walk, "del-obj", "delete_object", Key=KEY)
    put(walk, KEY, b"", "put-obj-after-del", IfNoneMatch="*")
    if "list-object-versions" in walk.answers:
        ask(walk, "list-object-versions", "list_object_versions")


GIVEN = "s3 · TestS3PutObjectChecksum · test_"


@drives("s3", GIVEN + "put_object_checksum")
def checksums(walk, algorithm):
    made(walk)
    member = f"Checksum{algorithm}"
    right = walk.answers["put-object-generated"][member]
    wrong = base64.b64encode(bytes(len(base64.b64decode(right)))).decode()
    put(walk, "wrong", b"test data..", "put-wrong-checksum-no-b64", **{member: "test"})
    put(walk, "wrong", b"test data..", "put-wrong-checksum-value", **{member: wrong})
    for made_by, key in [("generated", "one"), ("autogenerated", "two")]:
        put(walk, key, b"test data..", f"put-object-{made_by}", **{member: right})
        ask(walk, f"get-object-attrs-{'auto-' if made_by != 'generated' else ''}generated", "get_object_attributes", Key=key, ObjectAttributes=["ETag", "Checksum"])
    ask(walk, "head-object-with-checksum", "head_object", Key="one", ChecksumMode="ENABLED")


@drives("s3", GIVEN + "s3_checksum_no_algorithm")
def checksum_alone(walk):
    made(walk)
    right = walk.answers["put-right-checksum"]["ChecksumSHA256"]
    put(walk, "key", b"test data..", "put-wrong-checksum", ChecksumSHA256="TEST")
    put(walk, "key", b"test data..", "put-2-checksums", ChecksumSHA256=right, ChecksumCRC32="AAAAAA==")
    put(walk, "key", b"test data..", "put-right-checksum", ChecksumSHA256=right)
    ask(walk, "head-obj", "head_object", Key="key", ChecksumMode="ENABLED")


@drives("s3", GIVEN + "s3_get_object_checksum")
def checksum_got(walk, algorithm):
    made(walk)
    put(walk, "key", b"test-checksum", "put-object", **{f"Checksum{algorithm}": walk.answers["put-object"][f"Checksum{algorithm}"]})
    ask(walk, "get-object", "get_object", Key="key", ChecksumMode="ENABLED")
    ask(walk, "get-object-with-checksum", "get_object", Key="key", ChecksumMode="ENABLED")
    ask(walk, "head-object-with-checksum", "get_object", Key="key", ChecksumMode="ENABLED")  # its answer has a body
    ask(walk, "get-object-attrs", "get_object_attributes", **CHECKSUMS)


@drives("s3", S3 + "s3_upload_download_gzip")
def zipped(walk):
    made(walk)
    body = gzip.compress(b"1234567890 " * 100)
    put(walk, "key", body, "put-object", ContentEncoding="gzip", body_is_told=False)
    ask(walk, "get-object", "get_object", Key="key", body_is_told=False)


CUSTOMER = "s3 · TestS3SSECEncryption · test_"
CUSTOMER_KEY = b"test1234test1234test1234test1234"
WITH_KEY = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": CUSTOMER_KEY}
# For the operations whose keys boto3 does not encode.
ENCODED_KEY = {
    "SSECustomerAlgorithm": "AES256",
    "SSECustomerKey": base64.b64encode(CUSTOMER_KEY).decode(),
    "SSECustomerKeyMD5": base64.b64encode(hashlib.md5(CUSTOMER_KEY).digest()).decode(),
}
