import { zipOf } from "../../../src/services/lambda/functions.fixture.ts";
import { arn, type Call } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

async function createFunction(call: Call, FunctionName: string): Promise<void> {
  await call("CreateFunction", {
    FunctionName,
    Role: `arn:aws:iam::${call.account}:role/r`,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Code: { ZipFile: await zipOf({ "index.mjs": "export const handler = () => 1;" }) },
  });
}

export const tagged: readonly TaggedCase[] = [
  {
    service: "lambda",
    type: "function",
    async create(call, name) {
      await createFunction(call, name);
      return arn("lambda", call.account, `function:${name}`);
    },
  },
  {
    service: "lambda",
    type: "event-source-mapping",
    async create(call, name) {
      await createFunction(call, name);
      await call("CreateQueue", { QueueName: name }, "sqs");
      const { UUID } = await call("CreateEventSourceMapping", {
        FunctionName: name,
        EventSourceArn: arn("sqs", call.account, name),
      });
      return arn("lambda", call.account, `event-source-mapping:${UUID}`);
    },
  },
  {
    service: "lambda",
    type: "code-signing-config",
    async create(call) {
      const SigningProfileVersionArns = [
        "arn:aws:signer:us-east-1:123456789012:/signing-profiles/p/0123456789",
      ];
      const { CodeSigningConfig } = (await call("CreateCodeSigningConfig", {
        AllowedPublishers: { SigningProfileVersionArns },
      })) as { CodeSigningConfig: { CodeSigningConfigArn: string } };
      return CodeSigningConfig.CodeSigningConfigArn;
    },
  },
];
