"""KMS: keys, aliases, encryption, signatures, MACs, imported material, rotation and replicas."""

import os

from walker import REGION, drives

OTHER_REGION = "us-east-2"
KMS = "kms · TestKMS · "
KEYS = "kms · TestKMSGenerateKeys · "


def kms(walk, region=REGION):
    return walk.client("kms", region)


def key(walk, region=REGION, **more):
    return kms(walk, region).create_key(**more)["KeyMetadata"]


def wrapped(public_key, material, algorithm):
    from cryptography.hazmat.primitives import hashes, keywrap
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    sha = hashes.SHA1() if algorithm.endswith("SHA_1") else hashes.SHA256()
    oaep = padding.OAEP(padding.MGF1(sha), sha, None)
    public = load_der_public_key(public_key)
    if not algorithm.startswith("RSA_AES"):
        return public.encrypt(material, oaep)
    inner = os.urandom(32)
    return public.encrypt(inner, oaep) + keywrap.aes_key_wrap_with_padding(inner, material)


def asking(walk, key_id, material, algorithm="RSAES_OAEP_SHA_256"):
    """What ImportKeyMaterial is asked with."""
    got = kms(walk).get_parameters_for_import(KeyId=key_id, WrappingAlgorithm=algorithm, WrappingKeySpec="RSA_2048")
    return {
        "KeyId": key_id,
        "ImportToken": got["ImportToken"],
        "EncryptedKeyMaterial": wrapped(got["PublicKey"], material, algorithm),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }


def imported(walk, key_id, material, algorithm="RSAES_OAEP_SHA_256"):
    kms(walk).import_key_material(**asking(walk, key_id, material, algorithm))


def pkcs8(private):
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def curve_key(spec):
    from cryptography.hazmat.primitives.asymmetric import ec

    names = {"P256": ec.SECP256R1, "P384": ec.SECP384R1, "P521": ec.SECP521R1, "P256K1": ec.SECP256K1}
    return pkcs8(ec.generate_private_key(names[spec.split("_")[-1]]()))


@drives("kms", KMS + "test_create_alias")
def alias(walk):
    walk("create_alias", kms(walk).create_alias, AliasName="orders", TargetKeyId=key(walk)["KeyId"])


@drives("kms", KMS + "test_create_key_with_invalid_tag_key")
def tag_key(walk, _):
    walk("invalid-tag-key", kms(walk).create_key, Tags=[{"TagKey": "AWS:Reserved", "TagValue": "x"}])


@drives("kms", KMS + "test_create_multi_region_key", KMS + "test_non_multi_region_keys_should_not_have_multi_region_properties")
def multi_region(walk):
    (label, told), = walk.answers.items()
    walk.match(label, key(walk, MultiRegion=told["MultiRegion"], Description=told["Description"]))


@drives("kms", KMS + "test_describe_with_alias_arn")
def by_alias(walk):
    made = key(walk, Description="test - description")
    walk.match("created-key", made)
    kms(walk).create_alias(AliasName="alias/orders", TargetKeyId=made["KeyId"])
    walk("describe-key", kms(walk).describe_key, KeyId=made["Arn"].replace(f"key/{made['KeyId']}", "alias/orders"))


@drives("kms", KMS + "test_encrypt_decrypt_encryption_context")
def context(walk):
    named = {"KeyId": key(walk)["KeyId"]}
    told = {"EncryptionContext": {"purpose": "test"}}
    sealed = walk("encrypt_response", kms(walk).encrypt, **named, **told, Plaintext=b"plaintext")
    blob = sealed["CiphertextBlob"]
    walk("decrypt_response_with_encryption_context", kms(walk).decrypt, CiphertextBlob=blob, **named, **told)
    walk("decrypt_response_without_encryption_context", kms(walk).decrypt, CiphertextBlob=blob, **named)
    walk("decrypt_response_with_invalid_ciphertext", kms(walk).decrypt, CiphertextBlob=b"none", **named)


@drives("kms", KMS + "test_encrypt_validate_plaintext_size_per_key_type")
def plaintext_size(walk, told):
    spec, algorithm = told.split("-")
    made = key(walk, KeySpec=spec, KeyUsage="ENCRYPT_DECRYPT")
    walk("generate-random-exc", kms(walk).encrypt, KeyId=made["KeyId"], EncryptionAlgorithm=algorithm, Plaintext=b"x" * 512)


@drives("kms", KMS + "test_generate_and_verify_mac", KMS + "test_invalid_generate_mac", KMS + "test_invalid_verify_mac")
def mac(walk, told):
    spec, algorithm, *_ = told.split("-")
    named = {"KeyId": key(walk, KeySpec=spec, KeyUsage="GENERATE_VERIFY_MAC")["KeyId"], "Message": b"some important message"}
    good = spec.replace("_", "_SHA_")
    if "test_invalid_generate" in walk.name:
        walk("generate-mac", kms(walk).generate_mac, MacAlgorithm=algorithm, **named)
        return
    made = walk("generate-mac", kms(walk).generate_mac, MacAlgorithm=good, **named)
    walk("verify-mac", kms(walk).verify_mac, MacAlgorithm=algorithm, Mac=made["Mac"], **named)
    if "test_invalid" in walk.name:
        return
    wrong = {**named, "KeyId": "key_id", "MacAlgorithm": good}
    walk("generate-mac-invalid-key-id", kms(walk).generate_mac, **wrong)
    walk("verify-mac-invalid-key-id", kms(walk).verify_mac, Mac=made["Mac"], **wrong)


@drives("kms", KMS + "test_generate_random")
def random_bytes(walk, told):
    walk.match("result_length", len(kms(walk).generate_random(NumberOfBytes=int(told))["Plaintext"]))


@drives("kms", KMS + "test_generate_random_invalid_number_of_bytes")
def random_bytes_refused(walk, told):
    walk("generate-random-exc", kms(walk).generate_random, **({} if told == "None" else {"NumberOfBytes": int(told)}))


@drives("kms", KMS + "test_get_key_in_different_region")
def other_region(walk):
    made = key(walk, OTHER_REGION, Description="test key 123")
    for label, region, named in [
        ("describe-key-diff-region-with-id", REGION, made["KeyId"]),
        ("describe-key-diff-region-with-arn", REGION, made["Arn"]),
        ("describe-key-same-specific-region-with-id", OTHER_REGION, made["KeyId"]),
        ("describe-key-same-specific-region-with-arn", OTHER_REGION, made["Arn"]),
    ]:
        walk(label, kms(walk, region).describe_key, KeyId=named)


@drives("kms", KMS + "test_get_key_invalid_uuid")
def invalid_ids(walk):
    for label, named in [
        ("describe-key-with-invalid-uuid", "fake-key-id"),
        ("describe-key-with-invalid-uuid-2", "134f2428cec14b25a1ae9048164dba47"),
        ("describe-key-with-invalid-uuid-mrk", "mrk-fake-key-id"),
    ]:
        walk(label, kms(walk).describe_key, KeyId=named)


@drives("kms", KMS + "test_get_parameters_for_import_raises_for_non_external_kms_keys")
def not_external(walk):
    asked = {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}
    walk("get-import-parameters-error", kms(walk).get_parameters_for_import, KeyId=key(walk)["KeyId"], **asked)


def import_and_delete(walk, made, material, algorithm="RSAES_OAEP_SHA_256", used=None):
    named = {"KeyId": made["KeyId"]}
    walk("describe-key-before-import", kms(walk).describe_key, **named)
    imported(walk, made["KeyId"], material, algorithm)
    walk("describe-key-after-import", kms(walk).describe_key, **named)
    if used:
        used(made["KeyId"])
    kms(walk).delete_imported_key_material(**named)
    walk("describe-key-after-deleted-import", kms(walk).describe_key, **named)


@drives("kms", KMS + "test_import_key_asymmetric")
def import_asymmetric(walk):
    made = key(walk, KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY", Origin="EXTERNAL", Description="a key")
    walk.match("created-key", made)
    import_and_delete(walk, made, curve_key("ECC_NIST_P256"))


@drives("kms", KMS + "test_import_key_ecc_keys")
def import_curve(walk, spec):
    made = key(walk, KeySpec=spec, KeyUsage="SIGN_VERIFY", Origin="EXTERNAL", Description="test ecc key import")

    def used(key_id):
        named = {"KeyId": key_id, "Message": b"message", "SigningAlgorithm": made["SigningAlgorithms"][0]}
        signed = walk("sign-result", kms(walk).sign, **named)
        walk("verify-result", kms(walk).verify, Signature=signed["Signature"], **named)

    import_and_delete(walk, made, curve_key(spec), "RSA_AES_KEY_WRAP_SHA_256", used)


@drives("kms", KMS + "test_import_key_hmac_keys")
def import_hmac(walk, spec):
    made = key(walk, KeySpec=spec, KeyUsage="GENERATE_VERIFY_MAC", Origin="EXTERNAL", Description="test import hmac key")

    def used(key_id):
        named = {"KeyId": key_id, "Message": b"message", "MacAlgorithm": made["MacAlgorithms"][0]}
        answer = walk("generate-mac-response", kms(walk).generate_mac, **named)
        walk("verify-mac-response", kms(walk).verify_mac, Mac=answer["Mac"], **named)

    import_and_delete(walk, made, os.urandom(int(spec[5:]) // 8), used=used)


@drives("kms", KMS + "test_import_key_rsa_aes_wrap_sha256")
def import_rsa(walk):
    from cryptography.hazmat.primitives.asymmetric import rsa

    told = walk.answers["describe-before-import"]["KeyMetadata"]
    made = key(walk, Origin="EXTERNAL", Description="test-key", KeySpec=told["KeySpec"], KeyUsage=told["KeyUsage"])
    named = {"KeyId": made["KeyId"]}
    walk("describe-before-import", kms(walk).describe_key, **named)
    imported(walk, made["KeyId"], pkcs8(rsa.generate_private_key(65537, 4096)), "RSA_AES_KEY_WRAP_SHA_256")
    walk("import-key-material-response", kms(walk).describe_key, **named)
    kms(walk).delete_imported_key_material(**named)
    walk("describe-key-after-deleted-import", kms(walk).describe_key, **named)


@drives("kms", KMS + "test_import_key_symmetric")
def import_symmetric(walk):
    made = key(walk, Origin="EXTERNAL", Description="a key")
    walk.match("created-key", made)
    named = {"KeyId": made["KeyId"]}
    walk("encrypt-before-import-error", kms(walk).encrypt, Plaintext=b"x", **named)
    material = os.urandom(32)
    told = {**asking(walk, made["KeyId"], material), "ExpirationModel": "KEY_MATERIAL_EXPIRES"}
    walk("import-expiring-key-without-valid-to", kms(walk).import_key_material, **told)
    import_and_delete(walk, made, material)
    walk("encrypt-after-delete-error", kms(walk).encrypt, Plaintext=b"x", **named)


@drives("kms", KMS + "test_key_rotation_updates_current_key_material_id_for_aws_symmetric_keys")
def rotation(walk):
    named = {"KeyId": key(walk, Description="test-key")["KeyId"]}
    walk("describe-key-before-rotation", kms(walk).describe_key, **named)
    kms(walk).rotate_key_on_demand(**named)
    walk("describe-key-after-rotation", kms(walk).describe_key, **named)


@drives("kms", KMS + "test_re_encrypt")
def re_encrypt(walk, _):
    source, destination = key(walk)["KeyId"], key(walk)["KeyId"]
    blob = kms(walk).encrypt(KeyId=source, Plaintext=b"x")["CiphertextBlob"]
    walk("test_re_encrypt", kms(walk).re_encrypt, SourceKeyId=source, DestinationKeyId=destination, CiphertextBlob=blob)


@drives("kms", KMS + "test_re_encrypt_incorrect_source_key")
def re_encrypt_refused(walk):
    source, destination = key(walk)["KeyId"], key(walk)["KeyId"]
    blob = kms(walk).encrypt(KeyId=source, Plaintext=b"x")["CiphertextBlob"]
    walk("incorrect-source-key", kms(walk).re_encrypt, SourceKeyId=destination, DestinationKeyId=destination, CiphertextBlob=blob)


def settled(walk, region, key_id):
    ask = kms(walk, region).describe_key
    walk.until(lambda: ask(KeyId=key_id), lambda answer: answer["KeyMetadata"]["KeyState"] == "Enabled")


@drives("kms", KMS + "test_replicate_key")
def replicate(walk):
    far = "ap-southeast-1"
    named = {"KeyId": key(walk, MultiRegion=True, Description="test replicated key")["KeyId"]}
    walk("describe-key-from-different-region", kms(walk, far).describe_key, **named)
    walk("replicate-key", kms(walk).replicate_key, ReplicaRegion=far, **named)
    settled(walk, far, named["KeyId"])
    walk("describe-replicated-key", kms(walk, far).describe_key, **named)
    walk("describe-key-from-region", kms(walk).describe_key, **named)


@drives("kms", KMS + "test_replicate_replica_key_should_fail")
def replicate_replica(walk):
    named = {"KeyId": key(walk, MultiRegion=True)["KeyId"]}
    kms(walk).replicate_key(ReplicaRegion=OTHER_REGION, **named)
    settled(walk, OTHER_REGION, named["KeyId"])
    walk("fail-replicate-non-primary-key", kms(walk, OTHER_REGION).replicate_key, ReplicaRegion="eu-west-1", **named)


@drives("kms", KMS + "test_rotate_key_on_demand_on_external_key_with_no_key_material")
def rotate_without_material(walk, spec):
    made = key(walk, Origin="EXTERNAL", Description="test-key", KeySpec=spec, KeyUsage="ENCRYPT_DECRYPT")
    walk.match("create-kms-external-key", made)
    walk(f"rotate-key-on-demand-error-response-{spec}", kms(walk).rotate_key_on_demand, KeyId=made["KeyId"])


@drives("kms", KMS + "test_rotate_key_on_demand_raises_for_no_pending_key_material")
def rotate_to_nothing(walk):
    made = key(walk, Origin="EXTERNAL")
    imported(walk, made["KeyId"], os.urandom(32))
    walk("rotate-key-on-demand-invalid-state-error", kms(walk).rotate_key_on_demand, KeyId=made["KeyId"])


@drives("kms", KMS + "test_rotate_key_on_demand_updates_current_key_material_for_external_keys")
def rotate_external(walk):
    made = key(walk, Origin="EXTERNAL", Description="test-key")
    walk.match("create-kms-external-key", made)
    named = {"KeyId": made["KeyId"]}
    walk("describe-empty-key-response", kms(walk).describe_key, **named)
    asked = {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}
    walk("get-import-parameters-response", kms(walk).get_parameters_for_import, **named, **asked)
    told = asking(walk, made["KeyId"], os.urandom(32))
    walk("import-key-material-response", kms(walk).import_key_material, **told)
    walk("describe-key-with-material-response", kms(walk).describe_key, **named)
    walk("kms-encrypt-initial-response", kms(walk).encrypt, Plaintext=b"x", **named)
    told = asking(walk, made["KeyId"], os.urandom(32))
    walk("import-new-key-material-response", kms(walk).import_key_material, ImportType="NEW_KEY_MATERIAL", **told)
    walk("describe-key-with-new-material-response", kms(walk).describe_key, **named)
    walk("rotate-key-on-demand-response", kms(walk).rotate_key_on_demand, **named)
    walk("describe-key-after-rotation", kms(walk).describe_key, **named)
    walk("kms-encrypt-rotated-key-response", kms(walk).encrypt, Plaintext=b"x", **named)


@drives("kms", KMS + "test_sign_verify")
def sign(walk, told):
    spec, algorithm = told.split("-")
    named = {"KeyId": key(walk, KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyId"], "SigningAlgorithm": algorithm}
    signed = walk("signature", kms(walk).sign, Message=b"message", **named)
    walk("verification", kms(walk).verify, Message=b"message", Signature=signed["Signature"], **named)
    walk("bad-signature", kms(walk).verify, Message=b"another", Signature=signed["Signature"], **named)
    walk("bad-digest", kms(walk).sign, Message=b"short", MessageType="DIGEST", **named)


@drives("kms", KEYS + "test_encryption_context_generate_data_key", KEYS + "test_encryption_context_generate_data_key_pair_without_plaintext")
def context_of_data_key(walk):
    named = {"KeyId": key(walk)["KeyId"]}
    told = {"EncryptionContext": {"purpose": "test"}, **named}
    if "pair" in walk.name:
        blob = kms(walk).generate_data_key_pair_without_plaintext(KeyPairSpec="RSA_2048", **told)["PrivateKeyCiphertextBlob"]
    else:
        blob = kms(walk).generate_data_key(KeySpec="AES_256", **told)["CiphertextBlob"]
    walk("decrypt-without-encryption-context", kms(walk).decrypt, CiphertextBlob=blob, **named)


@drives("kms", KEYS + "test_generate_data_key", KEYS + "test_generate_data_key_without_plaintext", KEYS + "test_generate_data_key_pair", KEYS + "test_generate_data_key_pair_without_plaintext_dry_run")
def data_keys(walk):
    (label, _), = walk.answers.items()
    named = {"KeyId": key(walk)["KeyId"]}
    if label == "dryrun_exception":
        walk(label, kms(walk).generate_data_key_pair_without_plaintext, KeyPairSpec="RSA_2048", DryRun=True, **named)
    elif label == "generate-data-key-pair":
        walk(label, kms(walk).generate_data_key_pair, KeyPairSpec="RSA_2048", **named)
    elif label == "generate-data-key-without-plaintext":
        walk(label, kms(walk).generate_data_key_without_plaintext, KeySpec="AES_256", **named)
    else:
        walk(label, kms(walk).generate_data_key, KeySpec="AES_256", **named)
