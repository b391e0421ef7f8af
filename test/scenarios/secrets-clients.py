"""What Python applications use for keys, secrets and parameters, each by the name of one test: boto3, Powertools, the AWS
Encryption SDK. Prints nothing when all is as it is to be."""
import sys

import boto3
from botocore.exceptions import ClientError


def refused(call, code):
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return
    raise AssertionError(f"{code} was expected")


def plain():
    ssm, secrets, kms = boto3.client("ssm"), boto3.client("secretsmanager"), boto3.client("kms")
    for number in range(12):
        ssm.put_parameter(Name=f"/py/{number:02}", Value=str(number), Type="String")
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path="/py")
    assert [one["Value"] for page in pages for one in page["Parameters"]] == [str(n) for n in range(12)]
    secrets.create_secret(Name="py", SecretBinary=b"\x00\xff")
    assert secrets.get_secret_value(SecretId="py")["SecretBinary"] == b"\x00\xff"
    assert [one["Name"] for page in secrets.get_paginator("list_secrets").paginate() for one in page["SecretList"]] == ["py"]
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"hello", EncryptionContext={"a": "b"})["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"a": "b"})["Plaintext"] == b"hello"
    refused(lambda: kms.decrypt(CiphertextBlob=sealed), "InvalidCiphertextException")
    kms.disable_key(KeyId=key)
    refused(lambda: kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"a": "b"}), "DisabledException")


def powertools():
    from aws_lambda_powertools.utilities import parameters

    ssm, secrets = boto3.client("ssm"), boto3.client("secretsmanager")
    ssm.put_parameter(Name="/tools/plain", Value="one", Type="String")
    ssm.put_parameter(Name="/tools/hidden", Value='{"a": 1}', Type="SecureString")
    secrets.create_secret(Name="tools", SecretString='{"password": "p"}')
    assert parameters.get_parameter("/tools/plain") == "one"
    assert parameters.get_parameter("/tools/hidden", decrypt=True, transform="json") == {"a": 1}
    assert parameters.get_parameters("/tools", decrypt=True) == {"plain": "one", "hidden": '{"a": 1}'}
    found = parameters.get_parameters_by_name({"/tools/plain": {}, "/tools/hidden": {"decrypt": True}})
    assert found["/tools/plain"] == "one", found
    assert parameters.get_secret("tools", transform="json") == {"password": "p"}
    ssm.put_parameter(Name="/tools/plain", Value="two", Type="String", Overwrite=True)
    assert parameters.get_parameter("/tools/plain") == "one", "it is kept for five seconds"
    assert parameters.get_parameter("/tools/plain", force_fetch=True) == "two"


def encryption():
    import aws_encryption_sdk
    from aws_encryption_sdk import CommitmentPolicy

    kms = boto3.client("kms")
    metadata = kms.create_key()["KeyMetadata"]
    client = aws_encryption_sdk.EncryptionSDKClient(
        commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    )
    provider = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[metadata["Arn"]])
    sealed, _ = client.encrypt(source=b"a" * 10_000, key_provider=provider, encryption_context={"app": "shop"})
    opened, header = client.decrypt(source=sealed, key_provider=provider)
    assert opened == b"a" * 10_000 and header.encryption_context["app"] == "shop"
    kms.disable_key(KeyId=metadata["KeyId"])
    try:
        client.decrypt(source=sealed, key_provider=provider)
    except Exception as error:
        assert "DisabledException" in repr(error) or "Unable to decrypt any data key" in str(error), repr(error)
    else:
        raise AssertionError("a disabled key opens nothing")


globals()[sys.argv[1]]()
