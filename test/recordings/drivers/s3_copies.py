"""S3: copies of objects."""

from walker import drives

from drivers.s3_buckets import S3, ask, made, named, opened, put, versioned
from drivers.s3_locks import HOLD, LOCKED
from drivers.s3_objects import CHECKSUMS, JSON, KEY, WRITES


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


@drives("s3", HOLD + "s3_copy_object_legal_hold")
def copy_hold(walk):
    made(walk, **LOCKED)
    put(walk, "key", JSON, "put-object", ObjectLockLegalHoldStatus="ON")
    ask(walk, "head-object", "head_object", Key="key")
    copied(walk, "copy-legal-hold", "key", "dest")
    ask(walk, "head-dest-key", "head_object", Key="dest")


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
