"""boto3 uses what S3 offers, with its transfer manager, presigned URLs and forms."""

import io
import os
import urllib.error
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.client import Config
from botocore.exceptions import ClientError

s3 = boto3.client("s3")
bucket = "boto-" + os.environ["AWS_ACCESS_KEY_ID"]
s3.create_bucket(Bucket=bucket)

# Multipart both ways, and copies in parts.
data = os.urandom(20_000_000)
config = TransferConfig(multipart_threshold=6 << 20, multipart_chunksize=6 << 20)
s3.upload_fileobj(io.BytesIO(data), bucket, "big", Config=config)
read = io.BytesIO()
s3.download_fileobj(bucket, "big", read, Config=config)
assert read.getvalue() == data
s3.copy({"Bucket": bucket, "Key": "big"}, bucket, "copy", Config=config)
assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == data
assert s3.head_object(Bucket=bucket, Key="big")["ETag"].endswith('-4"')

# Presigned, by both signatures.
for version in ("s3v4", "s3"):
    client = boto3.client("s3", config=Config(signature_version=version))
    url = client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "url ü"})
    assert urllib.request.urlopen(urllib.request.Request(url, data=version.encode(), method="PUT")).status == 200
    url = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "url ü"})
    assert urllib.request.urlopen(url).read() == version.encode()
try:
    urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/" + bucket + "/big")
    raise AssertionError("anonymous")
except urllib.error.HTTPError as error:
    assert error.code == 403

# A form, as a browser posts it.
form = s3.generate_presigned_post(bucket, "posted/${filename}")
boundary = "xxBOUNDARYxx"
parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in form["fields"].items()]
parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f.txt"\r\n\r\nposted\r\n--{boundary}--\r\n')
request = urllib.request.Request(
    form["url"],
    data="".join(parts).encode(),
    headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
)
assert urllib.request.urlopen(request).status == 204
assert s3.get_object(Bucket=bucket, Key="posted/f.txt")["Body"].read() == b"posted"

# Paginators, and errors as boto3 knows them.
for n in range(25):
    s3.put_object(Bucket=bucket, Key=f"many/{n:03}/x")
pages = s3.get_paginator("list_objects_v2").paginate(
    Bucket=bucket, Prefix="many/", Delimiter="/", PaginationConfig={"PageSize": 7}
)
assert len([p for page in pages for p in page["CommonPrefixes"]]) == 25
try:
    s3.get_object(Bucket=bucket, Key="none")
    raise AssertionError("NoSuchKey")
except s3.exceptions.NoSuchKey as error:
    assert error.response["Error"]["Key"] == "none"
try:
    s3.head_bucket(Bucket=bucket + "-none")
    raise AssertionError("404")
except ClientError as error:
    assert error.response["Error"]["Code"] == "404"

# The resource layer.
for item in boto3.resource("s3").Bucket(bucket).objects.all():
    item.delete()
s3.delete_bucket(Bucket=bucket)
print("fine")
