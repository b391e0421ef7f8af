"""boto3 uses S3 Control with the account in the host's name, and S3 through an access point's ARN and alias."""

import json
import os
import socket
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import ClientError

# *.localhost is this machine, whether its resolver knows that or not.
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *a, **k: resolve("127.0.0.1" if str(host).endswith(".localhost") else host, *a, **k)

account = os.environ["AWS_ACCESS_KEY_ID"]
endpoint = f"http://localhost:{urlsplit(os.environ['AWS_ENDPOINT_URL']).port}"
s3 = boto3.client("s3", endpoint_url=endpoint)
control = boto3.client("s3control", endpoint_url=endpoint)
bucket = "control-" + account
s3.create_bucket(Bucket=bucket)
s3.put_object(Bucket=bucket, Key="k/ü +", Body=b"data")

try:
    control.get_public_access_block(AccountId=account)
    raise AssertionError("no block")
except control.exceptions.NoSuchPublicAccessBlockConfiguration as error:
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404
block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=block)
assert control.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"] == block
control.delete_public_access_block(AccountId=account)

point = control.create_access_point(AccountId=account, Name="shop", Bucket=bucket)
arn, alias = point["AccessPointArn"], point["Alias"]
described = control.get_access_point(AccountId=account, Name="shop")
assert (described["Name"], described["Bucket"], described["Alias"]) == ("shop", bucket, alias), described
for resource in (f"arn:aws:s3:::{bucket}", arn):
    control.tag_resource(AccountId=account, ResourceArn=resource, Tags=[{"Key": "a", "Value": "b"}, {"Key": "c", "Value": ""}])
    control.untag_resource(AccountId=account, ResourceArn=resource, TagKeys=["c"])
    assert control.list_tags_for_resource(AccountId=account, ResourceArn=resource)["Tags"] == [{"Key": "a", "Value": "b"}]
for name in (arn, alias):
    assert s3.get_object(Bucket=name, Key="k/ü +")["Body"].read() == b"data"
    assert s3.list_objects_v2(Bucket=name)["KeyCount"] == 1
listed = control.list_access_points(AccountId=account, Bucket=bucket)["AccessPointList"]
assert [(one["Name"], one["Alias"]) for one in listed] == [("shop", alias)], listed

policy = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"{arn}/object/kept/*"},
    ],
}
control.put_access_point_policy(AccountId=account, Name="shop", Policy=json.dumps(policy))
assert json.loads(control.get_access_point_policy(AccountId=account, Name="shop")["Policy"]) == policy
status = control.get_access_point_policy_status(AccountId=account, Name="shop")["PolicyStatus"]
assert status == {"IsPublic": False}, status
s3.put_object(Bucket=arn, Key="free", Body=b"")
try:
    s3.put_object(Bucket=arn, Key="kept/1", Body=b"")
    raise AssertionError("AccessDenied")
except ClientError as error:
    assert error.response["Error"]["Code"] == "AccessDenied"
control.delete_access_point_policy(AccountId=account, Name="shop")
s3.put_object(Bucket=arn, Key="kept/1", Body=b"")
try:
    control.get_access_point_policy(AccountId=account, Name="shop")
    raise AssertionError("NoSuchAccessPointPolicy")
except ClientError as error:
    assert error.response["Error"]["Code"] == "NoSuchAccessPointPolicy"

# What is not served says so, by its name.
try:
    control.list_jobs(AccountId=account)
    raise AssertionError("501")
except ClientError as error:
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "s3control.ListJobs" in error.response["Error"]["Message"], error

assert control.delete_access_point(AccountId=account, Name="shop")["ResponseMetadata"]["HTTPStatusCode"] == 204
try:
    control.get_access_point(AccountId=account, Name="shop")
    raise AssertionError("NoSuchAccessPoint")
except ClientError as error:
    assert error.response["Error"]["Code"] == "NoSuchAccessPoint"
    assert error.response["Error"]["AccessPointName"] == "shop"
    assert error.response["HostId"]
print("fine")
