"""Uses S3 with the AWS Common Runtime's client, as boto3 and the AWS CLI have it: parts at once, checksums, errors."""

import io
import os
import tempfile
from pathlib import Path

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from s3transfer.crt import (
    BotocoreCRTCredentialsWrapper,
    BotocoreCRTRequestSerializer,
    CRTTransferManager,
    create_s3_crt_client,
)

MIB = 1024 * 1024
BUCKET = "crt"
# The kind of checksum that an upload in parts has, by its algorithm.
CHECKSUMS = {
    "CRC32": "COMPOSITE",
    "CRC32C": "COMPOSITE",
    "SHA1": "COMPOSITE",
    "SHA256": "COMPOSITE",
    "SHA512": "COMPOSITE",
    "XXHASH64": "COMPOSITE",
    "XXHASH3": "COMPOSITE",
    "XXHASH128": "COMPOSITE",
    "CRC64NVME": "FULL_OBJECT",
}

path_style = Config(s3={"addressing_style": "path"})
s3 = boto3.client("s3", config=path_style)


def transfer_manager():
    session = botocore.session.get_session()
    serializer = BotocoreCRTRequestSerializer(
        session,
        {
            "region_name": "us-east-1",
            "endpoint_url": os.environ["AWS_ENDPOINT_URL"],
            "config": path_style,
        },
    )
    credentials = BotocoreCRTCredentialsWrapper(session.get_credentials())
    client = create_s3_crt_client(
        "us-east-1", credentials.to_crt_credentials_provider(), use_ssl=False, part_size=5 * MIB
    )
    return CRTTransferManager(client, serializer)


def downloaded(key):
    into = io.BytesIO()
    transfers.download(BUCKET, key, into).result()
    return into.getvalue()


def fails(code, transfer):
    try:
        transfer.result()
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
    else:
        raise AssertionError(f"{code} was expected")


s3.create_bucket(Bucket=BUCKET)
transfers = transfer_manager()
with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    whole = os.urandom(11 * MIB)
    big = str(folder / "big")
    Path(big).write_bytes(whole)
    for key, content in {"small ü+": whole[:1000], "empty": b""}.items():
        (folder / key).write_bytes(content)
        transfers.upload(str(folder / key), BUCKET, key).result()
        assert downloaded(key) == content

    for algorithm, kind in CHECKSUMS.items():
        transfers.upload(big, BUCKET, algorithm, extra_args={"ChecksumAlgorithm": algorithm}).result()
        head = s3.head_object(Bucket=BUCKET, Key=algorithm, ChecksumMode="ENABLED")
        assert head["ETag"].endswith('-3"') and head["ContentLength"] == len(whole), head
        assert head["ChecksumType"] == kind and head[f"Checksum{algorithm}"], head
        assert downloaded(algorithm) == whole, algorithm

    # It looks for the size first.
    fails("404", transfers.download(BUCKET, "none", io.BytesIO()))
    fails("NoSuchBucket", transfers.upload(big, "none", "key"))

    given_up = transfers.upload(big, BUCKET, "given up")
    given_up.cancel()
    try:
        given_up.result()
    except Exception as error:
        assert "CANCELED" in str(error), error
    transfers.delete(BUCKET, "empty").result()
    transfers.shutdown()

assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)
keys = [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
assert keys == sorted([*CHECKSUMS, "small ü+"]), keys
print("fine")
