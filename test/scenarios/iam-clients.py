"""IAM and STS as boto3 sees them: what infrastructure tools do, errors by their codes, paginators and waiters."""

import json

import boto3
from botocore.exceptions import ClientError

iam = boto3.client("iam")
sts = boto3.client("sts")
account = sts.get_caller_identity()["Account"]


def fails(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error
    raise AssertionError(f"{call} did not fail with {code}")


trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}]}
allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}

# Roles and their policies
role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust), Tags=[{"Key": "a", "Value": "b"}])["Role"]
iam.get_waiter("role_exists").wait(RoleName="r")
assert role["AssumeRolePolicyDocument"] == trust
assert iam.get_role(RoleName="r")["Role"]["CreateDate"] == role["CreateDate"]
policy = iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(allow))["Policy"]
iam.get_waiter("policy_exists").wait(PolicyArn=policy["Arn"])
iam.attach_role_policy(RoleName="r", PolicyArn=policy["Arn"])
iam.attach_role_policy(RoleName="r", PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
names = [p["PolicyName"] for p in iam.list_attached_role_policies(RoleName="r")["AttachedPolicies"]]
assert names == ["p", "AWSLambdaBasicExecutionRole"], names
iam.put_role_policy(RoleName="r", PolicyName="inline", PolicyDocument=json.dumps(allow))
assert iam.get_role_policy(RoleName="r", PolicyName="inline")["PolicyDocument"] == allow
version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId="v1")["PolicyVersion"]
assert version["Document"] == allow and version["IsDefaultVersion"] is True
fails("EntityAlreadyExists", iam.create_role, RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))
fails("MalformedPolicyDocument", iam.create_role, RoleName="s", AssumeRolePolicyDocument="{")
fails("DeleteConflict", iam.delete_role, RoleName="r")
error = fails("NoSuchEntity", iam.get_role, RoleName="none")
assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404
assert error.response["Error"]["Message"] == "The role with name none cannot be found."

# A session of the role
session = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="me", DurationSeconds=900)
key = session["Credentials"]
own = boto3.client(
    "sts",
    aws_access_key_id=key["AccessKeyId"],
    aws_secret_access_key=key["SecretAccessKey"],
    aws_session_token=key["SessionToken"],
)
identity = own.get_caller_identity()
assert identity["Arn"] == f"arn:aws:sts::{account}:assumed-role/r/me"
assert identity["UserId"] == f"{role['RoleId']}:me"
assert sts.get_access_key_info(AccessKeyId=key["AccessKeyId"])["Account"] == account
fails("ValidationError", sts.assume_role, RoleArn=role["Arn"], RoleSessionName="me", DurationSeconds=43200)
assert sts.get_federation_token(Name="bob")["FederatedUser"]["Arn"] == f"arn:aws:sts::{account}:federated-user/bob"
assert sts.get_session_token()["Credentials"]["AccessKeyId"].startswith("ASIA")

# Users, groups, keys
iam.create_user(UserName="ann", Path="/team/")
iam.get_waiter("user_exists").wait(UserName="ann")
iam.create_group(GroupName="devs")
iam.add_user_to_group(GroupName="devs", UserName="ann")
assert [u["UserName"] for u in iam.get_group(GroupName="devs")["Users"]] == ["ann"]
access = iam.create_access_key(UserName="ann")["AccessKey"]
ann = boto3.client("sts", aws_access_key_id=access["AccessKeyId"], aws_secret_access_key=access["SecretAccessKey"])
assert ann.get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:user/team/ann"
simulated = iam.simulate_principal_policy(PolicySourceArn=role["Arn"], ActionNames=["sqs:SendMessage", "s3:GetObject"])
assert [r["EvalDecision"] for r in simulated["EvaluationResults"]] == ["allowed", "implicitDeny"]

# Pages
for n in range(7):
    iam.create_role(RoleName=f"many-{n}", Path="/many/", AssumeRolePolicyDocument=json.dumps(trust))
pages = list(iam.get_paginator("list_roles").paginate(PathPrefix="/many/", PaginationConfig={"PageSize": 3}))
assert [len(page["Roles"]) for page in pages] == [3, 3, 1]

# Instance profile
iam.create_instance_profile(InstanceProfileName="i")
iam.get_waiter("instance_profile_exists").wait(InstanceProfileName="i")
iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="r")
assert iam.get_instance_profile(InstanceProfileName="i")["InstanceProfile"]["Roles"][0]["Arn"] == role["Arn"]

details = iam.get_account_authorization_details(Filter=["Role"])
assert {r["RoleName"] for r in details["RoleDetailList"]} >= {"r", "many-0"}
assert iam.get_account_summary()["SummaryMap"]["Users"] == 1
print("fine")
