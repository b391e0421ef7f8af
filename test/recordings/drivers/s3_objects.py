"""S3: objects, their versions, copies, tags, ACLs, locks and checksums."""

import base64
import gzip
import hashlib
import io
from datetime import datetime, timedelta, timezone

from walker import drives

from drivers.s3_buckets import API, S3, answered, ask, made, named, opened, owner, put, s3, versioned

JSON = b'{"key": "value"}'
OTHER_VERSION = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"


@drives("s3", S3 + "copy_object_kms")
def copy_kms(walk):
    made(walk)
    key = walk.client("kms").create_key()["KeyMetadata"]["KeyId"]
    put(walk, "plain", b"hello world")
    ask(walk, "get-object", "get_object", Key="plain")
    told = {"BucketKeyEnabled": True, "SSEKMSKeyId": key, "ServerSideEncryption": "aws:kms"}
    copied(walk, "copy-object", "plain", "copied", **told)
    ask(walk, "get-copied-object", "get_object", Key="copied")


def copied(walk, label, source, to, version=None, **more):
    source = {"Bucket": named(walk), "Key": source, **({"VersionId": version} if version else {})}
    return ask(walk, label, "copy_object", Key=to, CopySource=source, **more)


@drives("s3", S3 + "copy_object_special_character")
def copy_special(walk):
    made(walk)
    made(walk, "to")
    start = "put-object-src-special-char-"
    for key in [label.removeprefix(start) for label in walk.answers if label.startswith(start)]:
        put(walk, key, b"test", start + key)
        copied(walk, f"copy-object-special-char-{key}", key, key, Bucket=named(walk, "to"))
    ask(walk, "list-object-copy-dest-special-char", "list_objects_v2", Bucket=named(walk, "to"))


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


@drives("s3", S3 + "put_object_acl_on_delete_marker")
def acl_of_marker(walk):
    opened(walk)
    versioned(walk)
    key = "test-key-versioned"
    put(walk, key, b"something", "put-obj-1")
    put(walk, key, b"something-v2", "put-obj-2")
    marker = ask(walk, "delete-object", "delete_object", Key=key)["VersionId"]
    ask(walk, "put-acl-delete-marker", "put_object_acl", Key=key, ACL="public-read")
    ask(walk, "get-acl-delete-marker", "get_object_acl", Key=key)
    ask(walk, "put-acl-delete-marker-version-id", "put_object_acl", Key=key, ACL="public-read", VersionId=marker)
    ask(walk, "get-acl-delete-marker-version-id", "get_object_acl", Key=key, VersionId=marker)


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


@drives("s3", S3 + "s3_copy_metadata_replace")
def copy_replaced(walk):
    made(walk)
    put(walk, "key", JSON, "put_object", ContentType="application/json", ContentLanguage="en-US", Metadata={"key": "value"})
    ask(walk, "head_object", "head_object", Key="key")
    copied(walk, "copy_object", "key", "key2", Metadata={"another-key": "value"}, ContentType="image/jpg", MetadataDirective="REPLACE")
    ask(walk, "head_object_copy", "head_object", Key="key2")


@drives("s3", S3 + "s3_copy_object_in_place")
def copy_in_place(walk):
    opened(walk)
    classes = {"Key": "key", "ObjectAttributes": ["StorageClass"]}
    put(walk, "key", JSON, "put_object", ContentType="application/json", Metadata={"key": "value"})
    ask(walk, "head_object", "head_object", Key="key")
    ask(walk, "object-attrs", "get_object_attributes", **classes)
    copied(walk, "copy-object-in-place-no-change", "key", "key")
    copied(walk, "copy-object-in-place-with-acl", "key", "key", ACL="public-read")
    copied(walk, "copy-object-in-place-with-storage-class", "key", "key", ChecksumAlgorithm="SHA256", StorageClass="STANDARD")
    ask(walk, "object-attrs-after-copy", "get_object_attributes", **classes)
    ask(walk, "object-acl", "get_object_acl", Key="key")


@drives("s3", S3 + "s3_copy_object_in_place_storage_class")
def copy_class(walk):
    made(walk)
    classes = {"Key": "key", "ObjectAttributes": ["StorageClass"]}
    put(walk, "key", b"test", "put-object", StorageClass="STANDARD")
    ask(walk, "head-object", "head_object", Key="key")
    ask(walk, "object-attrs", "get_object_attributes", **classes)
    copied(walk, "copy-object-in-place-with-storage-class", "key", "key", StorageClass="STANDARD")
    ask(walk, "object-attrs-after-copy", "get_object_attributes", **classes)


@drives("s3", S3 + "s3_copy_object_in_place_suspended_only")
def copy_suspended(walk):
    made(walk)
    put(walk, "key", JSON, "put_object", ContentType="application/json", Metadata={"key": "value"})
    ask(walk, "head_object", "head_object", Key="key")
    replace = {"MetadataDirective": "REPLACE"}
    copied(walk, "copy-in-place-non-versioned", "key", "key", **replace)
    ask(walk, "head-object-copied", "head_object", Key="key")
    ask(walk, "get-object-copied", "get_object", Key="key")
    versioned(walk, "Suspended")
    copied(walk, "copy-in-place-versioned-suspended", "key", "key", **replace)
    ask(walk, "head-object-copied-suspended", "head_object", Key="key")
    ask(walk, "get-object-copied-suspended", "get_object", Key="key")
    copied(walk, "copy-in-place-versioned-suspended-twice", "key", "key", **replace)


@drives("s3", S3 + "s3_copy_object_in_place_with_encryption")
def copy_encrypted(walk):
    made(walk)
    keys = [walk.client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2)]
    put(walk, "key", b"test", "put-object-with-kms-encryption", ServerSideEncryption="aws:kms", SSEKMSKeyId=keys[0], BucketKeyEnabled=True)
    ask(walk, "head-object", "head_object", Key="key")
    told = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": keys[1], "BucketKeyEnabled": False}
    for label, headed, more in [("with-sse", "head-copy-with-sse", told), ("without-kms-sse", "head-copy-without-kms-sse", {}), ("with-aes", "head-copy-with-aes", {"ServerSideEncryption": "AES256"})]:
        copied(walk, f"copy-object-in-place-{label}", "key", "key", **more)
        ask(walk, headed, "head_object", Key="key")


CHECKSUMS = {"Key": "key", "ObjectAttributes": ["Checksum"]}


@drives("s3", S3 + "s3_copy_object_with_checksum")
def copy_checksum(walk, algorithm):
    made(walk)
    put(walk, "key", JSON, "put-object-no-checksum")
    ask(walk, "object-attrs", "get_object_attributes", **CHECKSUMS)
    copied(walk, "copy-object-in-place-with-checksum", "key", "key", ChecksumAlgorithm=algorithm, MetadataDirective="REPLACE")
    ask(walk, "object-attrs-after-copy", "get_object_attributes", **CHECKSUMS)
    copied(walk, "copy-object-to-dest-keep-checksum", "key", "dest", MetadataDirective="REPLACE")


@drives("s3", S3 + "s3_copy_object_with_default_checksum")
def copy_default_checksum(walk, algorithm):
    made(walk)
    given = {f"Checksum{algorithm}": walk.answers["put-object-no-checksum"][f"Checksum{algorithm}"]}
    put(walk, "key", JSON, "put-object-no-checksum", **given)
    ask(walk, "object-attrs", "get_object_attributes", **CHECKSUMS)
    copied(walk, "copy-object-in-place-with-no-checksum", "key", "key", MetadataDirective="REPLACE")
    ask(walk, "object-attrs-after-copy", "get_object_attributes", **CHECKSUMS)
    copied(walk, "copy-object-to-dest-keep-checksum", "key", "dest", MetadataDirective="REPLACE")
    ask(walk, "dest-object-attrs-after-copy", "get_object_attributes", **{**CHECKSUMS, "Key": "dest"})


@drives("s3", S3 + "s3_copy_tagging_directive")
def copy_tags(walk, directive):
    made(walk)
    put(walk, "key", b"test", "put-object", Tagging="key1=value1")
    ask(walk, "get-object-tag", "get_object_tagging", Key="key")
    told = {} if directive == "None" else {"TaggingDirective": directive}
    copied(walk, "copy-object", "key", "copy", Tagging="key2=value2", **told)
    ask(walk, "get-copy-object-tag", "get_object_tagging", Key="copy")
    copied(walk, "copy-object-tag-empty", "key", "empty", **told)
    ask(walk, "get-copy-object-tag-empty", "get_object_tagging", Key="empty")


@drives("s3", S3 + "s3_copy_tagging_directive_versioned")
def copy_tags_versioned(walk, directive):
    made(walk)
    versioned(walk)
    told = {} if directive == "None" else {"TaggingDirective": directive}
    first = put(walk, "key", b"test", "put-object", Tagging="key1=value1")["VersionId"]
    ask(walk, "get-object-tag-v1", "get_object_tagging", Key="key")
    second = put(walk, "key", b"test-v2", "put-object-v2", Tagging="key1=value1-v2")["VersionId"]
    ask(walk, "get-object-tag", "get_object_tagging", Key="key")
    for end, version in [("", None), ("-v1", first)]:
        copied(walk, f"copy-object{end}", "key", "copy", version, Tagging="key2=value2", **told)
        ask(walk, f"get-copy-object-tag{end}", "get_object_tagging", Key="copy")
        copied(walk, f"copy-object-tag-empty{end}", "key", "copy", version, **told)
        ask(walk, f"get-copy-object-tag-empty{end}", "get_object_tagging", Key="copy")


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


def group(uri):
    return {"Type": "Group", "URI": f"http://acs.amazonaws.com/groups/{uri}"}


def refused_acls(walk, prefix, operation, **key):
    """What both PutBucketAcl and PutObjectAcl refuse."""
    canonical = {"ID": owner(walk), "Type": "CanonicalUser"}
    mine = {"ID": canonical["ID"]}

    def policy(at, grants, who=mine):
        told = {"Grants": grants, **({"Owner": who} if who else {})}
        ask(walk, f"{prefix}-acp-acl-{at}", operation, AccessControlPolicy=told, **key)

    def asked(label, **told):
        if label in walk.answers:
            ask(walk, label, operation, **told, **key)

    policy(1, [{"Grantee": group("s3/LogDelivery"), "Permission": "WRITE"}], None)
    policy(2, [{"Grantee": group("s3/LogDelivery"), "Permission": "WRONG-PERMISSION"}])
    policy(3, [{"Grantee": {"ID": "wrong-id", "Type": "CanonicalUser"}, "Permission": "READ"}])
    policy(4, [{"Grantee": group("s3/FakeGroup"), "Permission": "READ"}])
    policy(5, [{"Grantee": canonical, "Permission": "READ"}], {"ID": "wrong-id"})
    policy(6, [{"Grantee": {**canonical, "Type": "BadType"}, "Permission": "READ"}])
    asked(f"{prefix}-empty-acp", AccessControlPolicy={})
    two = {"ACL": "public-read", "GrantRead": 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"'}
    acl = {"Grants": [{"Grantee": canonical, "Permission": "READ"}], "Owner": mine}
    asked(f"{prefix}-canned-acl", ACL="fake-acl")
    asked(f"{prefix}-acl-canned-acl", ACL="fake-acl")
    asked(f"{prefix}-empty", **{})
    asked(f"{prefix}-acl-empty", **{})
    asked(f"{prefix}-grant-acl-fake-uri", GrantWrite='uri="http://acs.amazonaws.com/groups/s3/FakeGroup"')
    asked(f"{prefix}-grant-acl-fake-key", GrantWrite='fakekey="1234"')
    asked(f"{prefix}-grant-acl-wrong-id", GrantWrite='id="wrong-id"')
    asked(f"{prefix}-two-type-acl", **two)
    asked(f"{prefix}-two-type-acl-acp", ACL="public-read", AccessControlPolicy=acl)


@drives("s3", S3 + "s3_bucket_acl_exceptions")
def bucket_acls(walk):
    opened(walk)
    refused_acls(walk, "put-bucket", "put_bucket_acl")


@drives("s3", S3 + "s3_object_acl_exceptions")
def object_acls(walk):
    opened(walk)
    put(walk, "key")
    refused_acls(walk, "put-object", "put_object_acl", Key="key")


@drives("s3", S3 + "s3_object_acl")
def object_acl(walk):
    opened(walk)
    mine = owner(walk)

    def acl(label, **told):
        answered(walk, "put_object_acl", Key="key", **told)
        ask(walk, label, "get_object_acl", Key="key")

    put(walk, "key", b"", "put-object-default-acl")
    ask(walk, "get-object-acl-default", "get_object_acl", Key="key")
    ask(walk, "put-object-acl", "put_object_acl", Key="key", ACL="public-read")
    ask(walk, "get-object-acl", "get_object_acl", Key="key")
    acl("get-object-grant-acl", GrantRead='uri="http://acs.amazonaws.com/groups/s3/LogDelivery"')
    grants = [
        {"Grantee": {"ID": mine, "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"},
        {"Grantee": group("s3/LogDelivery"), "Permission": "WRITE"},
    ]
    acl("get-object-acp-acl", AccessControlPolicy={"Owner": {"ID": mine}, "Grants": grants})


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


HOLD = "s3 · TestS3ObjectLockLegalHold · test_"
RETENTION = "s3 · TestS3ObjectLockRetention · test_"
LOCK = API + "ObjectLock · test_"
LOCKED = {"ObjectLockEnabledForBucket": True}


@drives("s3", HOLD + "put_get_object_legal_hold")
def hold(walk):
    made(walk, **LOCKED)
    put(walk, "key", b"test", "put-obj")
    ask(walk, "get-legal-hold-unset", "get_object_legal_hold", Key="key")
    ask(walk, "put-object-legal-hold", "put_object_legal_hold", Key="key", LegalHold={"Status": "ON"})
    ask(walk, "head-object-with-legal-hold", "head_object", Key="key")
    ask(walk, "get-legal-hold-set", "get_object_legal_hold", Key="key")
    ask(walk, "put-object-legal-hold-off", "put_object_legal_hold", Key="key", LegalHold={"Status": "OFF"})


@drives("s3", HOLD + "put_object_legal_hold_exc")
def bad_holds(walk):
    on = {"Key": "key", "LegalHold": {"Status": "ON"}}
    ask(walk, "put-object-legal-hold-no-bucket", "put_object_legal_hold", Bucket=named(walk, "none"), **on)
    made(walk, **LOCKED)
    ask(walk, "put-object-legal-hold-no-key", "put_object_legal_hold", **{**on, "Key": "non-existing-key"})
    put(walk, "key", b"test")
    ask(walk, "put-object-retention-empty", "put_object_legal_hold", Key="key", LegalHold={})
    made(walk, "plain")
    put(walk, "key", b"test", Bucket=named(walk, "plain"))
    ask(walk, "put-object-retention-regular-bucket", "put_object_legal_hold", Bucket=named(walk, "plain"), **on)
    ask(walk, "get-object-retention-regular-bucket", "get_object_legal_hold", Bucket=named(walk, "plain"), Key="key")


@drives("s3", HOLD + "s3_copy_object_legal_hold")
def copy_hold(walk):
    made(walk, **LOCKED)
    put(walk, "key", JSON, "put-object", ObjectLockLegalHoldStatus="ON")
    ask(walk, "head-object", "head_object", Key="key")
    copied(walk, "copy-legal-hold", "key", "dest")
    ask(walk, "head-dest-key", "head_object", Key="dest")


@drives("s3", RETENTION + "bucket_config_default_retention")
def default_retention(walk):
    made(walk, **LOCKED)
    config = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    ask(walk, "put-lock-config", "put_object_lock_configuration", ObjectLockConfiguration=config)
    put(walk, "one", b"test-default-lock", "put-object-default")
    ask(walk, "head-object-default", "head_object", Key="one")
    until = datetime.now(timezone.utc) + timedelta(minutes=10)
    put(walk, "two", b"a" * 20, "put-object-with-lock", body_is_told=False, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)
    ask(walk, "head-object-with-lock", "head_object", Key="two", body_is_told=False)
    put(walk, "two", b"test", "put-object-with-lock-no-date", ObjectLockMode="GOVERNANCE")


@drives("s3", RETENTION + "object_lock_extend_duration")
def extended(walk):
    made(walk, **LOCKED)
    until = datetime.now(timezone.utc) + timedelta(minutes=10)

    def retained(label, date):
        ask(walk, label, "put_object_retention", Key="key", Retention={"Mode": "GOVERNANCE", "RetainUntilDate": date})

    put(walk, "key", b"a" * 20, "put-object-with-lock", body_is_told=False, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)
    ask(walk, "head-object-with-lock", "head_object", Key="key", body_is_told=False)
    retained("put-object-retention-extend", until + timedelta(minutes=10))
    ask(walk, "head-object-with-lock-extended", "head_object", Key="key", body_is_told=False)
    retained("put-object-retention-reduce", until)


@drives("s3", LOCK + "delete_object_with_no_locking")
def no_lock(walk):
    made(walk)
    for label, bypass in [("delete-object-bypass-no-lock", True), ("delete-object-bypass-no-lock-false", False)]:
        ask(walk, label, "delete_object", Key="key", BypassGovernanceRetention=bypass)
    ask(walk, "delete-objects-bypass-no-lock", "delete_objects", Delete={"Objects": [{"Key": "key"}]}, BypassGovernanceRetention=True)


@drives("s3", LOCK + "disable_versioning_on_locked_bucket")
def locked_versioning(walk):
    made(walk, **LOCKED)
    ask(walk, "disable-versioning-on-locked-bucket", "put_bucket_versioning", VersioningConfiguration={"Status": "Suspended"})
    ask(walk, "enable-versioning-again-on-locked-bucket", "put_bucket_versioning", VersioningConfiguration={"Status": "Enabled"})


@drives("s3", LOCK + "get_object_lock_configuration_exc")
def no_lock_configuration(walk):
    made(walk)
    ask(walk, "get-lock-config-no-enabled", "get_object_lock_configuration")
    ask(walk, "get-lock-config-bucket-not-exists", "get_object_lock_configuration", Bucket=named(walk, "none"))


@drives("s3", LOCK + "put_object_lock_configuration_on_existing_bucket")
def lock_later(walk):
    made(walk)
    enabled = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}
    ask(walk, "get-object-lock-existing-bucket-no-config", "get_object_lock_configuration")
    ask(walk, "put-object-lock-existing-bucket-no-versioning", "put_object_lock_configuration", **enabled)
    ask(walk, "suspended-versioning", "put_bucket_versioning", VersioningConfiguration={"Status": "Suspended"})
    ask(walk, "put-object-lock-existing-bucket-versioning-disabled", "put_object_lock_configuration", **enabled)
    ask(walk, "enabled-versioning", "put_bucket_versioning", VersioningConfiguration={"Status": "Enabled"})
    ask(walk, "put-object-lock-existing-bucket-enabled", "put_object_lock_configuration", **enabled)
    ask(walk, "get-object-lock-existing-bucket-enabled", "get_object_lock_configuration")


WRITES = API + "ObjectWritePrecondition · test_"
KEY = "test-precondition"


@drives("s3", WRITES + "copy_object_if_match")
def copy_if_match(walk):
    made(walk)
    put(walk, "source", b"test")
    etag = put(walk, "dest", b"existing")["ETag"]
    copied(walk, "copy-obj-if-match-fail-no-object", "source", "non-existent-key", IfMatch=etag)
    copied(walk, "copy-obj-if-match-fail-wrong-etag", "source", "dest", IfMatch='"7e1d8d4d2e2f1d8d4d2e2f1d8d4d2e2f"')
    copied(walk, "copy-obj-if-match", "source", "dest", IfMatch=etag, body_is_told=False)


@drives("s3", WRITES + "copy_object_if_none_match_in_place")
def copy_if_none_match(walk):
    made(walk)
    put(walk, KEY, b"test")
    copied(walk, "copy-obj-if-none-match-fail", KEY, KEY, IfNoneMatch="*", MetadataDirective="REPLACE")


@drives("s3", WRITES + "copy_object_precondition_write_validation")
def copy_conditions(walk):
    made(walk)
    put(walk, "source", b"test")
    copied(walk, "copy-obj-none-match-etag", "source", "dest", IfNoneMatch='"abcdef"')
    copied(walk, "copy-obj-if-match-star", "source", "dest", IfMatch="*")
    copied(walk, "copy-obj-both", "source", "dest", IfMatch='"abcdef"', IfNoneMatch="*")


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
