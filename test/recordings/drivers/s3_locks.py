"""S3: objects that are locked."""

from datetime import datetime, timedelta, timezone

from walker import drives

from drivers.s3_buckets import API, ask, made, named, put

RETENTION = "s3 · TestS3ObjectLockRetention · test_"
HOLD = "s3 · TestS3ObjectLockLegalHold · test_"
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
