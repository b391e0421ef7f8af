"""STS: roles that are assumed, federated users, and what is refused."""

import json

from walker import drives

SESSIONS = "sts · TestSTSIntegrations · test_"


def sts(walk):
    return walk.client("sts")


def role(walk, label, name, *actions):
    action = actions[0] if len(actions) == 1 else list(actions)
    statement = {"Effect": "Allow", "Principal": {"AWS": walk.account}, "Action": action}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    told = {"RoleName": f"{name}-{walk.account}", "AssumeRolePolicyDocument": document}
    return walk(label, walk.client("iam").create_role, **told)["Role"]["Arn"]


@drives("sts", SESSIONS + "assume_role")
def assumed(walk):
    arn, session = role(walk, "create-role", "role", "sts:AssumeRole"), f"session-{walk.account}"
    walk.match("role-session-name", {"RoleSessionName": session})
    walk("assume-role", sts(walk).assume_role, RoleArn=arn, RoleSessionName=session)


@drives("sts", SESSIONS + "get_federation_token")
def federated(walk):
    walk("get-federation-token", sts(walk).get_federation_token, Name=f"user-{walk.account}", DurationSeconds=900)


@drives("sts", SESSIONS + "sts_invalid_parameters")
def refused(walk):
    def asked(label, arn, session="Session1"):
        walk(label, sts(walk).assume_role, RoleArn=arn, RoleSessionName=session)

    asked("malformed-arn", "nothing-valid-in-here")
    asked("no-partition", "arn::b:::something/test-role")
    asked("no-service", "arn:a::::something/test-role")
    asked("not-enough-colons", "arn:a:::something/test-role")
    asked("no-resource", "arn:a:a::aaaaaaaaaa:")
    asked("invalid-session-name", "arn:aws:iam::123456789012:role/test-role", "Session1:2")


@drives("sts", "sts · TestSTSAssumeRoleTagging · test_iam_role_chaining_override_transitive_tags")
def transitive(walk):
    first, second = (role(walk, f"role-{at}", f"role-{at}", "sts:AssumeRole", "sts:TagSession") for at in (1, 2))
    tags = {"Tags": [{"Key": "SessionTag1", "Value": "1"}], "TransitiveTagKeys": ["SessionTag1"]}
    given = sts(walk).assume_role(RoleArn=first, RoleSessionName="one", **tags)["Credentials"]
    chained = walk.session("sts", given)
    for label, key in [("override-transitive-tag-error", "SessionTag1"), ("override-transitive-tag-case-ignore-error", "sessiontag1")]:
        walk(label, chained.assume_role, RoleArn=second, RoleSessionName="two", Tags=[{"Key": key, "Value": "2"}])
