"""S3: uploads in parts, their checksums and conditions, and keys that callers bring (SSE-C)."""

import base64
from datetime import datetime, timedelta, timezone

from boto3.s3.transfer import TransferConfig

from walker import NotWalkable, drives

from drivers.s3_buckets import API, S3, answered, ask, made, named, put, s3
from drivers.s3_copies import copied
from drivers.s3_objects import CUSTOMER, ENCODED_KEY, KEY, WITH_KEY, WRITES
from drivers.s3_requests import refused

LEAST_PART = 5 * 1024 * 1024
SHORT = b"test content 123"
UPLOADS = "s3 · TestS3MultipartUploadChecksum · test_"


class Upload:
    """An upload of the scenario's bucket under way."""

    def __init__(self, walk, key, label=None, **more):
        self.walk, self.key, self.parts = walk, key, []
        told = {"Key": key, **more}
        started = ask(walk, label, "create_multipart_upload", **told) if label else answered(walk, "create_multipart_upload", **told)
        self.named = {"Key": key, "UploadId": started["UploadId"]}

    def part(self, body, label=None, number=None, **more):
        number = number or len(self.parts) + 1
        told = {**self.named, "Body": body, "PartNumber": number, **more}
        answer = ask(self.walk, label, "upload_part", **told) if label else answered(self.walk, "upload_part", **told)
        kept = {name: value for name, value in answer.items() if name == "ETag" or (name.startswith("Checksum") and name in more)}
        self.parts.append({"PartNumber": number, **kept})
        return answer

    def listed(self, label="list-parts", **more):
        ask(self.walk, label, "list_parts", **self.named, **more)

    def complete(self, label=None, parts=None, **more):
        told = {**self.named, "MultipartUpload": {"Parts": self.parts if parts is None else parts}, **more}
        if label is None:
            return answered(self.walk, "complete_multipart_upload", **told)
        return ask(self.walk, label, "complete_multipart_upload", **told)


def uploaded(walk, key, *parts, label=None, **more):
    upload = Upload(walk, key, **more)
    for body in parts:
        upload.part(body)
    return upload.complete(label)


@drives("s3", S3 + "complete_multipart_parts_order")
def order(walk):
    made(walk)
    body = b"a" * (LEAST_PART + 1)
    upload = Upload(walk, "test-order-parts")
    for _ in range(3):
        upload.part(body)
    ask(walk, "upload-part-negative-part-number", "upload_part", **upload.named, Body=b"a", PartNumber=-1)
    upload.complete("complete-multipart-unordered", upload.parts[::-1])
    upload.complete("complete-multipart-ordered")
    stepped = Upload(walk, "key-sequence-with-step-2")
    for number in (1, 3, 5):
        stepped.part(body, number=number)
    stepped.complete("complete-multipart-with-step-2")


@drives("s3", S3 + "get_object_part")
def part_got(walk):
    made(walk)
    uploaded(walk, "test.file", SHORT * (LEAST_PART // len(SHORT) + 1), SHORT, label="multipart-upload")
    second = {"Key": "test.file", "PartNumber": 2}
    ask(walk, "head-object-part", "head_object", **second)
    ask(walk, "get-object-part", "get_object", **second)
    ask(walk, "get-object-part-with-checksum", "get_object", ChecksumMode="ENABLED", **second)
    ask(walk, "part-doesnt-exist", "get_object", Key="test.file", PartNumber=10)
    ask(walk, "part-with-range", "get_object", Range="bytes=0-8", **second)
    put(walk, "whole", b"test-123")
    ask(walk, "part-no-multipart", "get_object", Key="whole", PartNumber=2)
    ask(walk, "get-obj-no-multipart", "get_object", Key="whole", PartNumber=1, ChecksumMode="ENABLED")


@drives("s3", S3 + "get_object_part_checksum")
def part_checksum(walk, kind):
    made(walk)
    upload = Upload(walk, "test-multipart-checksum", "create-mpu-checksum", ChecksumAlgorithm="CRC32C", ChecksumType=kind)
    upload.part(SHORT, "upload-part", ChecksumCRC32C=walk.answers["upload-part"]["ChecksumCRC32C"])
    upload.complete("complete-multipart-checksum")
    told = {"Key": "test-multipart-checksum", "PartNumber": 1, "ChecksumMode": "ENABLED"}
    ask(walk, "get-object-part", "get_object", **told)
    ask(walk, "head-object-part", "head_object", **told)


@drives("s3", S3 + "multipart_complete_multipart_too_small")
def too_small(walk):
    made(walk)
    upload = Upload(walk, "key")
    upload.part(b"data", "upload-part1")
    upload.part(b"data", "upload-part2")
    upload.complete("complete-exc-too-small")
    ask(walk, "complete-exc-no-parts", "complete_multipart_upload", **upload.named)


@drives("s3", S3 + "multipart_complete_multipart_wrong_part")
def wrong_part(walk):
    made(walk)
    upload = Upload(walk, "key")
    etag = upload.part(b"data")["ETag"]
    upload.complete("complete-exc-wrong-part-number", [{"ETag": etag, "PartNumber": 2}])
    upload.complete("complete-exc-wrong-etag", [{"ETag": '"d41d8cd98f00b204e9800998ecf8427e"', "PartNumber": 1}])


@drives("s3", S3 + "multipart_copy_object_etag")
def copied_upload(walk):
    made(walk)
    uploaded(walk, "test.file", SHORT, label="multipart-upload")
    copied(walk, "copy-object", "test.file", "copy")
    copied(walk, "copy-object-in-place", "test.file", "test.file", MetadataDirective="REPLACE")
    ask(walk, "head-obj", "head_object", Key="test.file", ChecksumMode="ENABLED")


@drives("s3", S3 + "multipart_no_such_upload")
def no_upload(walk):
    made(walk)
    fake = {"Key": "key", "UploadId": "fakeid"}
    ask(walk, "upload-exc", "upload_part", Body=b"data", PartNumber=1, **fake)
    ask(walk, "complete-exc", "complete_multipart_upload", MultipartUpload={"Parts": [{"ETag": '"a"', "PartNumber": 1}]}, **fake)
    ask(walk, "abort-exc", "abort_multipart_upload", **fake)


@drives("s3", S3 + "multipart_overwrite_key", S3 + "set_external_hostname")
def overwritten(walk):
    made(walk)
    if "put-object" in walk.answers:
        put(walk, "test.file", SHORT, "put-object")
    answer = uploaded(walk, "test.file", SHORT, label="multipart-upload")
    if "get-object" in walk.answers:
        walk.match("get-object", answer)  # recorded under both labels


@drives("s3", S3 + "multipart_with_unicode_character_location")
def unicode_key(walk):
    made(walk)
    upload = Upload(walk, "test-unicode_—_file", "create-multipart")
    upload.part(b"data")
    upload.complete("complete-multipart", body_is_told=False)


@drives("s3", S3 + "upload_big_file")
def big(walk):
    made(walk)
    for at in (1, 2):
        put(walk, f"key{at}", str(at).encode() * 10_000_000, f"put_object_key{at}", body_is_told=False)
        ask(walk, f"head_object_key{at}", "head_object", Key=f"key{at}", body_is_told=False)


@drives("s3", S3 + "upload_file_multipart")
def file(walk):
    made(walk)
    config = TransferConfig(multipart_threshold=5 * 1024, multipart_chunksize=1024)
    path = f"/tmp/{walk.account}"
    with open(path, "wb") as body:
        body.write(b"1" * 6 * 1024)
    s3(walk).upload_file(Bucket=named(walk), Key="my-key", Filename=path, Config=config)
    ask(walk, "get_object", "get_object", Key="my-key")


def checksum(walk, label, member):
    """Boto3 without its C runtime computes few checksums: the recording has them."""
    return {member: walk.answers[label][member]}


def zeros(value):
    return base64.b64encode(bytes(len(base64.b64decode(value)))).decode()


@drives("s3", UPLOADS + "complete_multipart_parts_checksum_composite", UPLOADS + "complete_multipart_parts_checksum_full_object")
def with_checksums(walk, algorithm):
    made(walk)
    member, kind = f"Checksum{algorithm}", "COMPOSITE" if "composite" in walk.name else "FULL_OBJECT"
    key = "test-multipart-checksum"
    upload = Upload(walk, key, "create-mpu-checksum", ChecksumAlgorithm=algorithm, ChecksumType=kind)
    for at, size in enumerate((LEAST_PART + 1, LEAST_PART + 1, 10)):
        upload.part(b"a" * size, f"upload-part-{at}", **checksum(walk, f"upload-part-{at}", member))
    upload.listed()
    # Which part AWS names first differs from time to time: that one is wrong.
    wrong = int(walk.answers["complete-multipart-wrong-parts-checksum"]["Error"]["PartNumber"])
    parts = [{**part, member: zeros(part[member])} if part["PartNumber"] == wrong else part for part in upload.parts]
    upload.complete("complete-multipart-wrong-parts-checksum", parts)
    if "complete-multipart-no-checksum" in walk.answers:
        upload.complete("complete-multipart-no-checksum", [{**part, member: None} for part in upload.parts])
    upload.complete("complete-multipart-checksum", **({} if kind == "COMPOSITE" else {"ChecksumType": kind}))
    enabled = {"Key": key, "ChecksumMode": "ENABLED"}
    ask(walk, "get-object-with-checksum", "get_object", **enabled)
    ask(walk, "head-object-with-checksum", "head_object", **enabled)
    ask(walk, "get-object-part-checksum", "get_object", PartNumber=3, **enabled)
    told = {"ObjectAttributes": ["Checksum", "ETag", "ObjectParts"]}
    ask(walk, "get-object-attrs", "get_object_attributes", Key=key, **told)
    copied(walk, "copy-obj-checksum", key, "copy")
    ask(walk, "get-copy-object-attrs", "get_object_attributes", Key="copy", **told)


@drives("s3", UPLOADS + "complete_multipart_parts_checksum_default")
def default_checksum(walk):
    made(walk)
    key, given = "test-multipart-checksum", checksum(walk, "upload-part-different-checksum-than-default", "ChecksumCRC32C")
    upload = Upload(walk, key, "create-mpu-no-checksum")
    etag = upload.part(b"aaa", "upload-part-different-checksum-than-default", **given)["ETag"]
    ask(walk, "list-multiparts", "list_multipart_uploads")
    upload.listed()
    upload.complete("complete-multipart-wrong-parts-checksum", [{"ETag": etag, "PartNumber": 1, "ChecksumCRC32C": "AAAAAA=="}])
    upload.complete("complete-multipart-parts-checksum", [{"ETag": etag, "PartNumber": 1, **given}])
    plain = [{"ETag": etag, "PartNumber": 1}]
    upload.complete("complete-multipart-composite-type", plain, ChecksumType="COMPOSITE")
    upload.complete("complete-multipart-full-object-type", plain, ChecksumType="FULL_OBJECT")
    upload.complete("complete-multipart-checksum", plain)
    told(walk, key)
    copied(walk, "copy-obj-checksum", key, "copy")
    ask(walk, "get-copy-object-attrs", "get_object_attributes", Key="copy", ObjectAttributes=["Checksum", "ETag", "ObjectParts"])


def told(walk, key):
    ask(walk, "get-object-with-checksum", "get_object", Key=key, ChecksumMode="ENABLED")
    ask(walk, "head-object-with-checksum", "head_object", Key=key, ChecksumMode="ENABLED")
    ask(walk, "get-object-attrs", "get_object_attributes", Key=key, ObjectAttributes=["Checksum", "ETag", "ObjectParts"])


@drives("s3", UPLOADS + "complete_multipart_parts_checksum_full_object_default")
def full_object_default(walk):
    made(walk)
    upload = Upload(walk, "test-multipart-checksum", "create-mpu-checksum-crc64", ChecksumAlgorithm="CRC64NVME")
    upload.part(b"aaa", "upload-part", **checksum(walk, "upload-part", "ChecksumCRC64NVME"))
    upload.complete("complete-multipart-checksum")
    told(walk, "test-multipart-checksum")


@drives("s3", UPLOADS + "multipart_checksum_type_compatibility", UPLOADS + "multipart_checksum_type_default_for_checksum")
def kinds(walk, told):
    made(walk)
    kind, _, algorithm = told.rpartition("-")
    label, key = next(iter(walk.answers)), "test-multipart-checksum-compat" if kind else "test-multipart-checksum-default"
    ask(walk, label, "create_multipart_upload", Key=key, ChecksumAlgorithm=algorithm, **({"ChecksumType": kind} if kind else {}))


@drives("s3", UPLOADS + "multipart_parts_checksum_exceptions_full_object")
def wrong_checksums(walk):
    raise NotWalkable("which checksums each completion gave is not told")


@drives("s3", UPLOADS + "multipart_size_validation")
def size(walk):
    made(walk)
    upload = Upload(walk, "test-multipart-size", "create-mpu")
    upload.part(b"aaaa", "upload-part")
    upload.complete("complete-multipart-wrong-size", MpuObjectSize=5)
    upload.complete("complete-multipart-good-size", MpuObjectSize=4)
    ask(walk, "get-object-attrs", "get_object_attributes", Key="test-multipart-size", ObjectAttributes=["Checksum", "ETag"])


@drives("s3", UPLOADS + "multipart_upload_part_checksum_exception")
def wrong_part_checksum(walk, algorithm):
    made(walk)
    member, sizes = f"Checksum{algorithm}", {"CRC32C": 4, "CRC64NVME": 8, "SHA1": 20}
    upload = Upload(walk, "key", ChecksumAlgorithm=algorithm)
    upload.part(b"data", "put-wrong-checksum-no-b64", **{member: "TEST"})
    upload.part(b"data", "put-wrong-checksum-value", 1, **{member: base64.b64encode(bytes(sizes[algorithm])).decode()})


@drives("s3", UPLOADS + "multipart_upload_part_copy_checksum")
def copied_part(walk, kind):
    made(walk)
    key = "test-multipart-checksum"
    put(walk, "source", b"this is a part", "put-object")
    upload = Upload(walk, key, "create-mpu-checksum-sha256", ChecksumAlgorithm="CRC32C", ChecksumType=kind)
    answer = ask(walk, "upload-part-copy", "upload_part_copy", **upload.named, PartNumber=1, CopySource={"Bucket": named(walk), "Key": "source"})
    upload.listed()
    result = answer["CopyPartResult"]
    upload.complete("complete-multipart-checksum", [{"PartNumber": 1, "ETag": result["ETag"], "ChecksumCRC32C": result["ChecksumCRC32C"]}])
    told(walk, key)


COPIES = API + "Multipart · test_upload_part_copy_with_"


@drives("s3", *[COPIES + end for end in ("copy_source_if_match_failed", "copy_source_if_match_none_success", "copy_source_if_match_success", "copy_source_if_modified_since_in_future_success", "copy_source_if_modified_since_success", "if_modified_since_failed")])
def conditions(walk):
    made(walk)
    etag = put(walk, "source_file.txt", b"0123456789")["ETag"]
    at = answered(walk, "head_object", Key="source_file.txt")["LastModified"]
    day = timedelta(days=1)
    condition = {
        "copy_source_if_match_failed": {"CopySourceIfMatch": '"wrong"'},
        "copy_source_if_match_none_success": {"CopySourceIfNoneMatch": '"wrong"'},
        "copy_source_if_match_success": {"CopySourceIfMatch": etag},
        "copy_source_if_modified_since_in_future_success": {"CopySourceIfModifiedSince": datetime.now(timezone.utc) + day},
        "copy_source_if_modified_since_success": {"CopySourceIfModifiedSince": at - day},
        "if_modified_since_failed": {"CopySourceIfModifiedSince": at},
    }[walk.name.rsplit("copy_with_", 1)[1]]
    upload = Upload(walk, "destination_file.txt")
    label = next(label for label in walk.answers if label != "list-parts")
    ask(walk, label, "upload_part_copy", **upload.named, PartNumber=1, CopySource={"Bucket": named(walk), "Key": "source_file.txt"}, **condition)
    if "list-parts" in walk.answers:
        upload.listed()


@drives("s3", WRITES + "multipart_if_match_with_delete")
def completed_if_match(walk):
    made(walk)
    etag = put(walk, KEY, b"test", "put-obj")["ETag"]
    upload = Upload(walk, KEY, "create-multipart")
    upload.part(b"test")
    ask(walk, "del-obj", "delete_object", Key=KEY)
    upload.complete("complete-multipart-after-del", IfMatch=etag)
    put(walk, KEY, b"test", "put-obj-2")
    upload.complete("complete-multipart-if-match-after-put", IfMatch=etag)


@drives("s3", WRITES + "multipart_if_none_match_with_put")
def completed_if_none_match(walk):
    made(walk)
    upload = Upload(walk, KEY, "create-multipart")
    upload.part(b"test")
    put(walk, KEY, b"", "put-obj")
    upload.complete("complete-multipart-if-none-match-put-during", IfNoneMatch="*")


SOURCE_KEY = {f"CopySource{name}": value for name, value in WITH_KEY.items()}


@drives("s3", CUSTOMER + "copy_object_with_sse_c")
def copied_with_key(walk):
    made(walk)
    put(walk, "key", b"test_data", "put-obj-sse-c", **WITH_KEY)
    ask(walk, "get-obj-no-sse-c-param", "get_object", Key="key")
    copied(walk, "copy-obj-no-src-sse-c", "key", "copy")
    wrong = {"SSECustomerAlgorithm": "KMS"}
    copied(walk, "copy-obj-wrong-src-sse-c-algo", "key", "copy", **{**SOURCE_KEY, "CopySourceSSECustomerAlgorithm": "KMS"})
    copied(walk, "copy-obj-wrong-target-sse-c-algo", "key", "copy", **SOURCE_KEY, **{**WITH_KEY, **wrong})
    copied(walk, "copy-obj-target-double-encryption", "key", "copy", **SOURCE_KEY, **WITH_KEY, ServerSideEncryption="AES256")
    copied(walk, "copy-obj-sse-c", "key", "copy", **SOURCE_KEY, **WITH_KEY)
    copied(walk, "copy-obj-sse-c-target-no-sse-c", "key", "copy", **SOURCE_KEY)


@drives("s3", CUSTOMER + "multipart_upload_sse_c")
def uploaded_with_key(walk):
    made(walk)
    upload = Upload(walk, "test-sse-c-multipart", "create-mpu-sse-c", **WITH_KEY)
    for at in range(3):
        upload.part(b"a" * (LEAST_PART + 1), f"upload-part-{at}", **WITH_KEY)
    upload.listed(body_is_told=False)
    upload.complete("complete-multipart-checksum", body_is_told=False)
    ask(walk, "get-obj-sse-c", "get_object", Key="test-sse-c-multipart", **WITH_KEY)
    ask(walk, "get-obj-no-sse-c-param", "get_object", Key="test-sse-c-multipart")


@drives("s3", CUSTOMER + "multipart_upload_sse_c_validation")
def wrong_keys(walk):
    made(walk)
    key = "test-sse-c-multipart"
    Upload(walk, key, "create-mpu-no-sse-c").part(b"data", "mpu-no-sse-c-upload-part-with-sse-c", **WITH_KEY)
    upload = Upload(walk, key, "create-mpu-sse-c", **WITH_KEY)
    upload.part(b"data", "mpu-sse-c-upload-part-no-sse-c")
    upload.part(b"data", "mpu-sse-c-upload-part-wrong-sse-c", **{**WITH_KEY, "SSECustomerKey": b"b" * 32})


@drives("s3", CUSTOMER + "put_object_default_checksum_with_sse_c")
def checksum_with_key(walk):
    made(walk)
    put(walk, "key", b"test data..", ChecksumCRC64NVME=walk.answers["get-obj-sse-c"]["ChecksumCRC64NVME"], **WITH_KEY)
    told = {"Key": "key", "ChecksumMode": "ENABLED", **WITH_KEY}
    ask(walk, "get-obj-sse-c", "get_object", **told)
    ask(walk, "head-obj-sse-c", "head_object", **told)
    ask(walk, "get-obj-attrs-sse-c", "get_object_attributes", body_is_told=False, Key="key", ObjectAttributes=["Checksum", "ETag"], **ENCODED_KEY)


@drives("s3", CUSTOMER + "put_object_lifecycle_with_sse_c")
def kept_with_key(walk):
    made(walk)
    put(walk, "key", b"test_data", "put-obj-sse-c", **WITH_KEY)
    ask(walk, "head-obj-sse-c", "head_object", Key="key", **WITH_KEY)
    ask(walk, "get-obj-sse-c", "get_object", Key="key", **WITH_KEY)
    ask(walk, "get-obj-attrs-sse-c", "get_object_attributes", body_is_told=False, Key="key", ObjectAttributes=["ETag", "ObjectSize"], **ENCODED_KEY)
    ask(walk, "del-obj-sse-c", "delete_object", Key="key")


@drives("s3", CUSTOMER + "put_object_validation_sse_c")
def bad_keys(walk):
    made(walk)

    def sent(end, **told):
        put(walk, "key", b"test_data", f"put-obj-sse-c-{end}", **told)

    sent("wrong-algo", **{**WITH_KEY, "SSECustomerAlgorithm": "KMS"})
    sent("no-key", SSECustomerAlgorithm="AES256")
    sent("no-algo", SSECustomerKey=WITH_KEY["SSECustomerKey"])
    sent("both-encryption", ServerSideEncryption="AES256", **WITH_KEY)
    sent("wrong-key-size", SSECustomerAlgorithm="AES256", SSECustomerKey=b"short")
    sent("bad-md5", **{**ENCODED_KEY, "SSECustomerKeyMD5": base64.b64encode(bytes(16)).decode()})
    asked = "x-amz-server-side-encryption-customer-"
    headers = {f"{asked}algorithm": "AES256", f"{asked}key": ENCODED_KEY["SSECustomerKey"]}
    refused(walk, "put-obj-sse-c-no-md5", "PUT", f"/{named(walk)}/key", headers, b"test_data")
