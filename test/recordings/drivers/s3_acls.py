"""S3: who may do what with a bucket or an object, by ACLs."""

from walker import drives

from drivers.s3_buckets import S3, answered, ask, opened, owner, put, versioned


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
