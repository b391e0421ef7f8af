// What JavaScript applications use for keys, secrets and parameters, each by the name of one test.
const assert = require("node:assert/strict");

const tests = {
  async powertools() {
    const { SSMClient, PutParameterCommand } = require("@aws-sdk/client-ssm");
    const { SecretsManagerClient, CreateSecretCommand } = require("@aws-sdk/client-secrets-manager");
    const { getParameter, getParameters } = require("@aws-lambda-powertools/parameters/ssm");
    const { getSecret } = require("@aws-lambda-powertools/parameters/secrets");
    const put = (Name, Value, Type) => new SSMClient({}).send(new PutParameterCommand({ Name, Value, Type }));
    await put("/tools/plain", "one", "String");
    await put("/tools/hidden", '{"a":1}', "SecureString");
    await new SecretsManagerClient({}).send(
      new CreateSecretCommand({ Name: "tools", SecretString: '{"password":"p"}' }),
    );
    assert.equal(await getParameter("/tools/plain"), "one");
    assert.deepEqual(await getParameter("/tools/hidden", { decrypt: true, transform: "json" }), { a: 1 });
    assert.deepEqual(await getParameters("/tools", { decrypt: true }), { plain: "one", hidden: '{"a":1}' });
    assert.deepEqual(await getSecret("tools", { transform: "json" }), { password: "p" });
  },

  async encryption() {
    const {
      buildClient,
      CommitmentPolicy,
      KmsKeyringNode,
      getClient,
      KMS,
    } = require("@aws-crypto/client-node");
    const endpoint = process.env.AWS_ENDPOINT_URL;
    const key = await new KMS({ region: "us-east-1", endpoint }).createKey({});
    const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    const keyring = new KmsKeyringNode({
      generatorKeyId: key.KeyMetadata.Arn,
      clientProvider: getClient(KMS, { endpoint }),
    });
    const { result } = await encrypt(keyring, "hidden", { encryptionContext: { app: "shop" } });
    const { plaintext, messageHeader } = await decrypt(keyring, result);
    assert.equal(plaintext.toString(), "hidden");
    assert.equal(messageHeader.encryptionContext.app, "shop");
    await new KMS({ region: "us-east-1", endpoint }).disableKey({ KeyId: key.KeyMetadata.KeyId });
    await assert.rejects(decrypt(keyring, result));
  },
};

tests[process.argv[2]]();
