"""S3: buckets and what is set on them. How any S3 driver asks stands here, too."""

import copy
import json
from datetime import datetime, timezone

from walker import drives

S3 = "s3 · TestS3 · test_"
API = "s3_api · TestS3"
OWNER_ENFORCED_OFF = {"ObjectOwnership": "ObjectWriter"}


def s3(walk, region="us-east-1"):
    return walk.client("s3", region)


def named(walk, name="bucket"):
    """Names of buckets are everybody's: the account makes one the scenario's own."""
    return f"{name}-{walk.account}"


def made(walk, name="bucket", **more):
    s3(walk).create_bucket(Bucket=named(walk, name), **more)
    return named(walk, name)


def versioned(walk, status="Enabled"):
    s3(walk).put_bucket_versioning(Bucket=named(walk), VersioningConfiguration={"Status": status})


def answered(walk, operation, region="us-east-1", **told):
    """Asks of the scenario's bucket. What a body holds is answered as a text."""
    answer = walk.answered(getattr(s3(walk, region), operation), **{"Bucket": named(walk), **told})
    if "Body" in answer:
        answer["Body"] = answer["Body"].read().decode("latin1")
    return answer


def ask(walk, label, operation, region="us-east-1", body_is_told=True, **told):
    answer = answered(walk, operation, region, **told)
    recorded = walk.answers.get(label, {})
    if recorded.get("Body") == "" and "Body" in answer:
        answer["Body"] = ""  # Of bodies that are no text the recording has nothing.
    names = {"DisplayName"}
    if not body_is_told or answer.get("ServerSideEncryption") == "aws:kms" or "SSECustomerAlgorithm" in answer:
        names |= DIGESTS
    told = copy.deepcopy(answer)
    as_recorded(names, recorded, told)
    walk.match(label, told)
    return answer


CHECKSUMS = ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")
DIGESTS = {"ETag", "SSECustomerKeyMD5", *[f"Checksum{name}" for name in CHECKSUMS]}


def as_recorded(names, recorded, answer):
    """Takes texts from the recording: names that everybody has for himself, digests of bodies that nobody told or of what is encrypted."""
    if isinstance(recorded, dict) and isinstance(answer, dict):
        for name in recorded.keys() & answer.keys():
            if name in names and isinstance(recorded[name], str):
                answer[name] = recorded[name]
            as_recorded(names, recorded[name], answer[name])
    if isinstance(recorded, list) and isinstance(answer, list):
        for one, other in zip(recorded, answer):
            as_recorded(names, one, other)


def put(walk, key, body=b"", label=None, **more):
    """Writes an object, and holds the answer against a label if there is one."""
    if label is not None:
        return ask(walk, label, "put_object", Key=key, Body=body, **more)
    return answered(walk, "put_object", Key=key, Body=body, **more)


def opened(walk, name="bucket"):
    """A bucket whose ACLs count and may be public."""
    made(walk, name)
    s3(walk).put_bucket_ownership_controls(Bucket=named(walk, name), OwnershipControls={"Rules": [OWNER_ENFORCED_OFF]})
    s3(walk).delete_public_access_block(Bucket=named(walk, name))


def owner(walk):
    return s3(walk).list_buckets()["Owner"]["ID"]


@drives("s3", S3 + "bucket_constraint_aws_global")
def aws_global(walk, region):
    told = {"CreateBucketConfiguration": {"LocationConstraint": "aws-global"}}
    ask(walk, "aws-global-constraint", "create_bucket", region, **told)


@drives("s3", S3 + "create_bucket_with_invalid_location_constraint")
def constraint(walk, told):
    region = next(name for name in ("us-east-1", "eu-west-1") if told.startswith(f"{name}-"))
    asked = told.removeprefix(f"{region}-")
    told = {"CreateBucketConfiguration": {"LocationConstraint": asked}}
    ask(walk, f"{region}-location-constraint-{asked}-error", "create_bucket", region, **told)


@drives("s3", S3 + "create_bucket_with_eu_location_constraint")
def eu(walk):
    name = f"{walk.account}-eu"
    s3(walk).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "EU"})
    walk("get-bucket-location", s3(walk).get_bucket_location, Bucket=name)
    walk("list-bucket-response", s3(walk).list_buckets, Prefix=name)


@drives("s3", S3 + "bucket_does_not_exist")
def no_bucket(walk):
    for label in walk.answers:
        ask(walk, label, "list_objects")


@drives("s3", S3 + "bucket_operation_between_regions", S3 + "region_header_exists_outside_us_east_1")
def between_regions(walk):
    made(walk, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    if "head_bucket" in walk.answers:
        ask(walk, "head_bucket", "head_bucket")
        ask(walk, "list_objects_v2", "list_objects_v2")
        return
    website = {"IndexDocument": {"Suffix": "index.html"}}
    ask(walk, "put-website-config-region-1", "put_bucket_website", "us-west-2", WebsiteConfiguration=website)
    ask(walk, "get-website-config-region-2", "get_bucket_website")
    rules = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    ask(walk, "put-cors-config-region-1", "put_bucket_cors", "us-west-2", CORSConfiguration=rules)
    ask(walk, "get-cors-config-region-2", "get_bucket_cors")


@drives("s3", S3 + "create_bucket_head_bucket")
def head_bucket(walk):
    walk("create_bucket", s3(walk).create_bucket, Bucket=named(walk, "one"))
    told = {"Bucket": named(walk, "two"), "CreateBucketConfiguration": {"LocationConstraint": "us-west-1"}}
    walk("create_bucket_location_constraint", s3(walk, "us-west-1").create_bucket, **told)

    def headed(label, name, region):
        answer = walk(label, s3(walk, region).head_bucket, Bucket=named(walk, name))
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        label = f"{label}_filtered_header"
        walk.match(label, {name: headers.get(name) for name in walk.answers[label]})

    headed("head_bucket", "one", "us-east-1")
    headed("head_bucket_2", "two", "us-west-1")
    ask(walk, "head_bucket_not_exist", "head_bucket")


@drives("s3", S3 + "delete_bucket_policy", S3 + "get_bucket_policy", API + "BucketPolicy · test_bucket_policy_crud")
def policy(walk):
    made(walk)
    s3(walk).delete_public_access_block(Bucket=named(walk))
    if "get-bucket-policy-no-such-bucket-policy" in walk.answers and "get-bucket-policy" in walk.answers:
        ask(walk, "get-bucket-policy-no-such-bucket-policy", "get_bucket_policy")
    if "get-bucket-default-policy" in walk.answers:
        ask(walk, "get-bucket-default-policy", "get_bucket_policy")
    told = document(walk)
    if "put-bucket-policy" in walk.answers:
        ask(walk, "put-bucket-policy", "put_bucket_policy", Policy=told)
    else:
        s3(walk).put_bucket_policy(Bucket=named(walk), Policy=told)
    if "get-bucket-policy" in walk.answers:
        ask(walk, "get-bucket-policy", "get_bucket_policy")
    if "get-bucket-policy-with-expected-bucket-owner" in walk.answers:
        ask(walk, "get-bucket-policy-with-expected-bucket-owner", "get_bucket_policy", ExpectedBucketOwner=walk.account)
        ask(walk, "get-bucket-policy-with-expected-bucket-owner-error", "get_bucket_policy", ExpectedBucketOwner="000000000002")
    if "delete-bucket-policy" in walk.answers:
        ask(walk, "delete-bucket-policy", "delete_bucket_policy")
        after = next(label for label in walk.answers if label in ("get-bucket-policy-after-delete", "get-bucket-policy-no-such-bucket-policy"))
        ask(walk, after, "get_bucket_policy")
    if "delete-bucket-policy-after-delete" in walk.answers:
        ask(walk, "delete-bucket-policy-after-delete", "delete_bucket_policy")


def document(walk):
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{named(walk)}/*"}
    if "{AWS: *}" in str(walk.answers) or "'AWS': '*'" in str(walk.answers):
        statement["Principal"] = {"AWS": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@drives("s3", S3 + "get_bucket_policy_invalid_account_id", S3 + "put_bucket_policy_invalid_account_id")
def policy_owner(walk, account):
    made(walk)
    label = next(iter(walk.answers))
    told = {"Policy": document(walk)} if label.startswith("put") else {}
    ask(walk, label, "put_bucket_policy" if told else "get_bucket_policy", ExpectedBucketOwner=account, **told)


@drives("s3", S3 + "put_bucket_policy_expected_bucket_owner")
def policy_of_owner(walk):
    made(walk)
    s3(walk).delete_public_access_block(Bucket=named(walk))
    told = {"Policy": document(walk)}
    ask(walk, "put-bucket-policy-with-expected-bucket-owner-error", "put_bucket_policy", ExpectedBucketOwner="000000000002", **told)
    ask(walk, "put-bucket-policy-with-expected-bucket-owner", "put_bucket_policy", ExpectedBucketOwner=walk.account, **told)


@drives("s3", API + "BucketPolicy · test_bucket_policy_exc")
def bad_policies(walk):
    made(walk)
    for label, text in [("put-empty-bucket-policy", ""), ("put-bucket-policy-randomstring", "invalid json"), ("put-bucket-policy-empty-json", "{}")]:
        ask(walk, label, "put_bucket_policy", Policy=text)


def tiering(name, prefix):
    return {"Id": name, "Filter": {"Prefix": prefix}, "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}


@drives("s3", S3 + "s3_intelligent_tier_config")
def tierings(walk):
    operation = "{}_bucket_intelligent_tiering_configuration"

    def tiered(label, verb, name, **told):
        ask(walk, label, operation.format(verb), Id=name, **told)

    def listed(at):
        ask(walk, f"list_bucket_intelligent_tiering_configurations_{at}", "list_bucket_intelligent_tiering_configurations")

    made(walk)
    tiered("put_bucket_intelligent_tiering_configuration_1", "put", "test1", IntelligentTieringConfiguration=tiering("test1", "test1"))
    wrong = {**tiering("test1", "test1"), "Tierings": []}
    tiered("put_bucket_intelligent_tiering_configuration_err_1`", "put", "test1", IntelligentTieringConfiguration=wrong)
    tiered("get_bucket_intelligent_tiering_configuration_1", "get", "test1")
    s3(walk).put_bucket_intelligent_tiering_configuration(Bucket=named(walk), Id="test2", IntelligentTieringConfiguration=tiering("test2", "test2"))
    listed(1)
    s3(walk).put_bucket_intelligent_tiering_configuration(Bucket=named(walk), Id="test1", IntelligentTieringConfiguration=tiering("test1", "testupdate"))
    listed(2)
    s3(walk).delete_bucket_intelligent_tiering_configuration(Bucket=named(walk), Id="test1")
    listed(3)
    tiered("delete_bucket_intelligent_tiering_configuration_err_1", "delete", "test1", Bucket=named(walk, "none"))
    tiered("delete_bucket_intelligent_tiering_configuration_err_2", "delete", "test1")


def inventory(walk, **more):
    destination = {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{named(walk)}", "Format": "CSV"}}
    told = {"Id": "test-inventory", "Destination": destination, "IncludedObjectVersions": "All", "IsEnabled": True}
    return {**told, "OptionalFields": ["Size", "ETag"], "Schedule": {"Frequency": "Daily"}, **more}


@drives("s3", S3 + "s3_inventory_report_crud")
def inventories(walk):
    made(walk)
    one = {"Id": "test-inventory"}
    ask(walk, "put-inventory-config", "put_bucket_inventory_configuration", InventoryConfiguration=inventory(walk), **one)
    ask(walk, "list-inventory-config", "list_bucket_inventory_configurations")
    ask(walk, "get-inventory-config", "get_bucket_inventory_configuration", **one)
    ask(walk, "del-inventory-config", "delete_bucket_inventory_configuration", **one)
    ask(walk, "list-inventory-config-after-del", "list_bucket_inventory_configurations")
    ask(walk, "get-nonexistent-inv-config", "get_bucket_inventory_configuration", **one)


@drives("s3", S3 + "s3_put_inventory_report_exceptions")
def bad_inventories(walk):
    made(walk)
    arn = f"arn:aws:s3:::{named(walk)}"
    wrongs = {
        "wrong-id": ("another", {}),
        "wrong-destination-arn": ("test-inventory", {"Destination": {"S3BucketDestination": {"Bucket": named(walk), "Format": "CSV"}}}),
        "wrong-destination-format": ("test-inventory", {"Destination": {"S3BucketDestination": {"Bucket": arn, "Format": "WRONG"}}}),
        "wrong-schedule-frequency": ("test-inventory", {"Schedule": {"Frequency": "Hourly"}}),
        "wrong-object-versions": ("test-inventory", {"IncludedObjectVersions": "Wrong"}),
        "wrong-optional-field": ("test-inventory", {"OptionalFields": ["Wrong"]}),
    }
    for label, (name, told) in wrongs.items():
        ask(walk, label, "put_bucket_inventory_configuration", Id=name, InventoryConfiguration=inventory(walk, **told))


@drives("s3", S3 + "s3_request_payer")
def payer(walk):
    made(walk)
    ask(walk, "put-bucket-request-payment", "put_bucket_request_payment", RequestPaymentConfiguration={"Payer": "Requester"})
    ask(walk, "get-bucket-request-payment", "get_bucket_request_payment")


@drives("s3", "s3 · TestS3BucketLogging · test_put_bucket_logging_accept_wrong_grants")
def logging(walk):
    opened(walk)
    s3(walk).put_bucket_acl(Bucket=named(walk), ACL="log-delivery-write")
    group = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}
    grants = [{"Grantee": group, "Permission": permission} for permission in ("WRITE", "READ_ACP")]
    told = {"LoggingEnabled": {"TargetBucket": named(walk), "TargetPrefix": "log", "TargetGrants": grants}}
    ask(walk, "put-bucket-logging", "put_bucket_logging", BucketLoggingStatus=told)
    ask(walk, "get-bucket-logging", "get_bucket_logging")


@drives("s3", "s3 · TestS3StaticWebsiteHosting · test_crud_website_configuration")
def website(walk):
    made(walk)
    ask(walk, "get-no-such-website-config", "get_bucket_website")
    ask(walk, "del-no-such-website-config", "delete_bucket_website")
    ask(walk, "put-website-config", "put_bucket_website", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    ask(walk, "get-website-config", "get_bucket_website")


@drives("s3", API + "BucketAccelerateConfiguration · test_bucket_acceleration_configuration_exc")
def acceleration(walk):
    made(walk)
    for label, status in [("put-bucket-accelerate-config-lowercase", "enabled"), ("put-bucket-accelerate-config-random", "random")]:
        ask(walk, label, "put_bucket_accelerate_configuration", AccelerateConfiguration={"Status": status})
    dotted = f"a.bucket.{walk.account}"
    s3(walk).create_bucket(Bucket=dotted)
    ask(walk, "put-bucket-accelerate-config-dot-bucket", "put_bucket_accelerate_configuration", Bucket=dotted, AccelerateConfiguration={"Status": "Enabled"})


@drives("s3", API + "BucketCRUD · test_delete_bucket_with_objects")
def with_objects(walk):
    made(walk)
    put(walk, "key")
    ask(walk, "delete-with-obj", "delete_bucket")
    ask(walk, "delete-obj", "delete_object", Key="key")
    ask(walk, "delete-bucket", "delete_bucket")


@drives("s3", API + "BucketCRUD · test_delete_versioned_bucket_with_objects")
def with_versions(walk):
    made(walk)
    versioned(walk)
    version = put(walk, "key")["VersionId"]
    marker = answered(walk, "delete_object", Key="key")["VersionId"]
    ask(walk, "delete-with-obj-and-delete-marker", "delete_bucket")
    ask(walk, "delete-obj-by-version", "delete_object", Key="key", VersionId=version)
    ask(walk, "delete-with-only-delete-marker", "delete_bucket")
    ask(walk, "delete-marker-by-version", "delete_object", Key="key", VersionId=marker)
    ask(walk, "success-delete-bucket", "delete_bucket")


def encryption(algorithm="aws:kms", **more):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm, **more}, "BucketKeyEnabled": True}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


@drives("s3", API + "BucketEncryption · test_s3_bucket_encryption_sse_kms_aws_managed_key")
def managed_key(walk):
    made(walk)
    ask(walk, "put-bucket-enc", "put_bucket_encryption", **encryption())
    ask(walk, "get-bucket-enc", "get_bucket_encryption")
    key = put(walk, "key", b"test-encrypted", "put-object-encrypted")["SSEKMSKeyId"]
    walk("managed-kms-key", walk.client("kms").describe_key, KeyId=key)
    ask(walk, "head-object-encrypted", "head_object", Key="key")
    ask(walk, "get-object-encrypted", "get_object", Key="key")


@drives("s3", API + "BucketEncryption · test_s3_default_bucket_encryption")
def default_encryption(walk):
    made(walk)
    ask(walk, "default-bucket-encryption", "get_bucket_encryption")
    ask(walk, "delete-bucket-encryption", "delete_bucket_encryption")
    ask(walk, "delete-bucket-encryption-idempotent", "delete_bucket_encryption")
    ask(walk, "get-bucket-no-encryption", "get_bucket_versioning")  # as its answer tells, whatever its label says


@drives("s3", API + "BucketEncryption · test_s3_default_bucket_encryption_exc")
def bad_encryption(walk):
    none = named(walk, "none")
    ask(walk, "get-bucket-enc-no-bucket", "get_bucket_encryption", Bucket=none)
    ask(walk, "delete-bucket-enc-no-bucket", "delete_bucket_encryption", Bucket=none)
    ask(walk, "put-bucket-enc-no-bucket", "put_bucket_encryption", Bucket=none, **encryption("AES256"))
    made(walk)
    ask(walk, "put-bucket-encryption-no-rules", "put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": []})
    two = encryption()["ServerSideEncryptionConfiguration"]["Rules"] + encryption("AES256")["ServerSideEncryptionConfiguration"]["Rules"]
    ask(walk, "put-bucket-encryption-two-rules", "put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": two})
    ask(walk, "put-bucket-encryption-kms-with-aes", "put_bucket_encryption", **encryption("AES256", KMSMasterKeyID="key-1"))


@drives("s3", API + "BucketObjectTagging · test_bucket_tagging_exc")
def no_bucket_tags(walk):
    ask(walk, "get-no-bucket-tags", "get_bucket_tagging")
    ask(walk, "delete-no-bucket-tags", "delete_bucket_tagging")
    ask(walk, "put-no-bucket-tags", "put_bucket_tagging", Tagging={"TagSet": []})


@drives("s3", API + "BucketObjectTagging · test_create_bucket_with_empty_tags")
def empty_tags(walk):
    ask(walk, "create-bucket-with-empty-tags", "create_bucket", CreateBucketConfiguration={"Tags": []})
    ask(walk, "get-bucket-tags", "get_bucket_tagging")
    ask(walk, "create-bucket-with-none-tags", "create_bucket", CreateBucketConfiguration={})


CONTROLS = API + "BucketOwnershipControls · test_"


@drives("s3", CONTROLS + "bucket_ownership_controls_exc")
def bad_ownership(walk):
    made(walk)
    ask(walk, "default-ownership", "get_bucket_ownership_controls")
    value = [("put-ownership-multiple-rules", ["BucketOwnerPreferred", "ObjectWriter"]), ("put-ownership-wrong-value", ["RandomValue"]), ("put-ownership-empty-rule", [])]
    for label, rules in value:
        told = {"Rules": [{"ObjectOwnership": rule} for rule in rules]}
        ask(walk, label, "put_bucket_ownership_controls", OwnershipControls=told)
    for label, text in [("ownership-wrong-value-at-creation", "RandomValue"), ("ownership-non-value-at-creation", "")]:
        ask(walk, label, "create_bucket", Bucket=named(walk, "another"), ObjectOwnership=text)


@drives("s3", CONTROLS + "crud_bucket_ownership_controls")
def ownership(walk):
    made(walk)
    ask(walk, "default-ownership", "get_bucket_ownership_controls")
    ask(walk, "put-ownership", "put_bucket_ownership_controls", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    ask(walk, "get-ownership", "get_bucket_ownership_controls")
    ask(walk, "delete-ownership", "delete_bucket_ownership_controls")
    ask(walk, "get-ownership-after-delete", "get_bucket_ownership_controls")
    ask(walk, "delete-ownership-after-delete", "delete_bucket_ownership_controls")
    made(walk, "another", ObjectOwnership="BucketOwnerPreferred")
    ask(walk, "get-ownership-at-creation", "get_bucket_ownership_controls", Bucket=named(walk, "another"))


METRICS = API + "MetricsConfiguration · test_"


def metrics(walk, name, prefix="logs/prefix", label=None):
    told = {"Id": name, "MetricsConfiguration": {"Id": name, "Filter": {"Prefix": prefix}}}
    if label is None:
        return answered(walk, "put_bucket_metrics_configuration", **told)
    return ask(walk, label, "put_bucket_metrics_configuration", **told)


@drives("s3", METRICS + "delete_metrics_configuration", METRICS + "delete_metrics_configuration_twice", METRICS + "get_bucket_metrics_configuration_not_exist")
def no_metrics(walk):
    made(walk)
    metrics(walk, "metrics-1-abcdef0123456789")
    for label in walk.answers:
        if label.startswith("delete"):
            ask(walk, label, "delete_bucket_metrics_configuration", Id="metrics-1-abcdef0123456789")
    if "get_bucket_metrics_configuration" in walk.answers:
        ask(walk, "get_bucket_metrics_configuration", "get_bucket_metrics_configuration", Id="does_not_exist" if len(walk.answers) == 1 else "metrics-1-abcdef0123456789")


@drives("s3", METRICS + "list_bucket_metrics_configurations", METRICS + "overwrite_bucket_metrics_configuration")
def metrics_listed(walk):
    made(walk)
    metrics(walk, "metrics-1-abcdef0123456789")
    if "overwrite_bucket_metrics_configuration" in walk.answers:
        metrics(walk, "metrics-1-abcdef0123456789", "logs/new-prefix", "overwrite_bucket_metrics_configuration")
        ask(walk, "get_bucket_metrics_configuration", "get_bucket_metrics_configuration", Id="metrics-1-abcdef0123456789")
        return
    metrics(walk, "metrics-2-abcdef0123456789")
    ask(walk, "list_bucket_metrics_configurations", "list_bucket_metrics_configurations")


LIFECYCLE = "s3 · TestS3BucketLifecycle · test_"


def lifecycle(walk, *rules, label=None, **more):
    told = {"LifecycleConfiguration": {"Rules": list(rules)}, **more}
    if label is None:
        return answered(walk, "put_bucket_lifecycle_configuration", **told)
    return ask(walk, label, "put_bucket_lifecycle_configuration", **told)


def rule(name, where=None, **more):
    return {"ID": name, "Filter": {} if where is None else where, "Status": "Enabled", "Expiration": {"Days": 7}, **more}


def lifecycle_got(walk):
    ask(walk, "get-bucket-lifecycle-conf", "get_bucket_lifecycle_configuration")


@drives("s3", LIFECYCLE + "bucket_lifecycle_configuration_date")
def lifecycle_date(walk):
    made(walk)
    lifecycle(walk, rule("rule_number_one", Expiration={"Date": datetime(2027, 1, 1, tzinfo=timezone.utc)}))
    lifecycle_got(walk)


@drives("s3", LIFECYCLE + "bucket_lifecycle_configuration_object_expiry")
def lifecycle_expiry(walk):
    made(walk)
    lifecycle(walk, rule("rule_number_one", {"Prefix": ""}))
    lifecycle_got(walk)
    put(walk, "key", b"test")
    ask(walk, "head-object-expiry", "head_object", Key="key")
    ask(walk, "get-object-expiry", "get_object", Key="key")


@drives("s3", LIFECYCLE + "bucket_lifecycle_object_size_rules")
def lifecycle_sizes(walk):
    made(walk)
    lifecycle(walk, rule("rule_one", {"ObjectSizeGreaterThan": 20}), rule("rule_two", {"ObjectSizeLessThan": 10}))
    lifecycle_got(walk)
    for size, label in [(21, "put-object-match-rule-1"), (9, "put-object-match-rule-2"), (15, "put-object-no-match")]:
        put(walk, label, b"a" * size, label, body_is_told=False)


@drives("s3", LIFECYCLE + "bucket_lifecycle_tag_rules")
def lifecycle_tags(walk):
    made(walk)
    one, two = {"Key": "testlifecycle", "Value": "positive"}, {"Key": "testlifecycletwo", "Value": "positive-two"}
    lifecycle(walk, rule("rule_one", {"Tag": one}), rule("rule_two", {"And": {"Tags": [one, two]}}))
    lifecycle_got(walk)
    both = "testlifecycle=positive&testlifecycletwo=positive-two"
    for name, tags in [("match-both-rules", both), ("match-rule-1", "testlifecycle=positive"), ("no-match", "testlifecycle=positivefalse"), ("no-tags", None)]:
        put(walk, name, b"test", f"put-object-{name}", **({"Tagging": tags} if tags else {}))
        ask(walk, f"get-object-{name}", "get_object", Key=name)


@drives("s3", LIFECYCLE + "lifecycle_expired_object_delete_marker")
def lifecycle_marker(walk):
    made(walk)
    lifecycle(walk, rule("rule-marker", Expiration={"ExpiredObjectDeleteMarker": True}))
    lifecycle_got(walk)
    put(walk, "key", b"test", "put-object")
    ask(walk, "head-object", "head_object", Key="key")


@drives("s3", LIFECYCLE + "object_expiry_after_bucket_lifecycle_configuration")
def lifecycle_after(walk):
    made(walk)
    put(walk, "before", b"test", "put-object-before")
    lifecycle(walk, rule("rule3"))
    lifecycle_got(walk)
    ask(walk, "head-object-expiry-before", "head_object", Key="before")
    put(walk, "after", b"test", "put-object-after")
    ask(walk, "head-object-expiry-after", "head_object", Key="after")


@drives("s3", LIFECYCLE + "put_bucket_lifecycle_conf_exc")
def bad_lifecycles(walk):
    made(walk)
    tag = {"Key": "a", "Value": "b"}
    wrongs = {
        "missing-id": [{"Status": "Enabled", "Expiration": {"Days": 7}}],
        "missing-filter": [{"ID": "wrong-data", "Status": "Enabled", "Expiration": {"Days": 7}}],
        "missing-noncurrent-version-expiration-data": [{"ID": "r", "Filter": {}, "Status": "Enabled", "NoncurrentVersionExpiration": {}}],
        "wrong-filter-and-plus-prefix": [rule("r", {"And": {"Prefix": "a", "Tags": [tag]}, "Prefix": "b"})],
        "wrong-filter-and-and-object-size": [rule("r", {"And": {"Prefix": "a", "Tags": [tag]}, "ObjectSizeGreaterThan": 500})],
        "wrong-data-no-midnight": [rule("r", Expiration={"Date": datetime(2027, 1, 1, 10, 30, tzinfo=timezone.utc)})],
        "duplicate-tag-keys": [rule("r", {"And": {"Tags": [tag, {"Key": "a", "Value": "c"}]}})],
        "expired-delete-marker-and-days": [rule("r", Expiration={"Days": 1, "ExpiredObjectDeleteMarker": True})],
    }
    for label, rules in wrongs.items():
        lifecycle(walk, *rules, label=label)


@drives("s3", LIFECYCLE + "s3_transition_default_minimum_object_size")
def lifecycle_sizes_least(walk):
    made(walk)
    whole = rule("wholebucket", {"Prefix": ""})
    for label, value in [("varies-by-storage", "varies_by_storage_class"), ("all-storage", "all_storage_classes_128K"), ("default", None)]:
        lifecycle(walk, whole, label=label, **({"TransitionDefaultMinimumObjectSize": value} if value else {}))
        ask(walk, f"get-{label}", "get_bucket_lifecycle_configuration")
    lifecycle(walk, whole, label="bad-value", TransitionDefaultMinimumObjectSize="value")
