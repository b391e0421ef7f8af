import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

test("keys that IAM and STS made are checked, whatever the protocol", async () => {
  await using cloud = await testCloud({ verifySignatures: true });
  const root = clientOptions(cloud, newAccount());
  const iam = new IAMClient(root);
  await iam.send(new CreateUserCommand({ UserName: "ann" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ann" }));
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  const as = (secretAccessKey: string) => ({ ...root, credentials: { ...credentials, secretAccessKey } });

  await new SQSClient(as(credentials.secretAccessKey)).send(new ListQueuesCommand({}));
  const { Arn } = await new STSClient(as(credentials.secretAccessKey)).send(new GetCallerIdentityCommand({}));
  assert.match(Arn ?? "", /:user\/ann$/);
  const forged = new SQSClient(as("wrong")).send(new ListQueuesCommand({}));
  await assert.rejects(forged, {
    name: "SignatureDoesNotMatch",
    message: /does not match the signature you provided/,
  });
  await assert.rejects(new STSClient(as("wrong")).send(new GetCallerIdentityCommand({})), {
    name: "SignatureDoesNotMatch",
  });

  const unknown = {
    ...root,
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE".replace(/[01789]/g, "2"), secretAccessKey: "x" },
  };
  await assert.rejects(new SQSClient(unknown).send(new ListQueuesCommand({})), {
    name: "InvalidClientTokenId",
  });

  await iam.send(
    new UpdateAccessKeyCommand({ UserName: "ann", AccessKeyId: credentials.accessKeyId, Status: "Inactive" }),
  );
  await assert.rejects(new SQSClient(as(credentials.secretAccessKey)).send(new ListQueuesCommand({})), {
    name: "InvalidClientTokenId",
  });
});

test("a session's token is checked, and a session ends", async () => {
  await using cloud = await testCloud({ verifySignatures: true });
  const root = clientOptions(cloud, newAccount());
  const { Credentials } = await new STSClient(root).send(
    new AssumeRoleCommand({
      RoleArn: "arn:aws:iam::000000000000:role/worker",
      RoleSessionName: "session",
      DurationSeconds: 900,
    }),
  );
  const credentials = {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  };
  await new SQSClient({ ...root, credentials }).send(new ListQueuesCommand({}));
  await assert.rejects(
    new SQSClient({ ...root, credentials: { ...credentials, sessionToken: "other" } }).send(
      new ListQueuesCommand({}),
    ),
    { name: "InvalidClientTokenId" },
  );
  await cloud.clock.advance("PT15M");
  await assert.rejects(new SQSClient({ ...root, credentials }).send(new ListQueuesCommand({})));
});
