import "./cpu.ts";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What `node:http` can do at best: parse the JSON, answer JSON of the same shape, keep nothing. */
const answers: Record<string, (input: Record<string, unknown>) => unknown> = {
  SendMessage: (input) => ({
    MessageId: randomUUID(),
    MD5OfMessageBody: createHash("md5")
      .update(input["MessageBody"] as string)
      .digest("hex"),
  }),
  PutItem: () => ({}),
  GetItem: (input) => ({
    Item: { ...(input["Key"] as object), name: { S: "x".repeat(100) }, price: { N: "49.99" } },
  }),
  BatchWriteItem: () => ({ UnprocessedItems: {} }),
  Query: (input) => {
    const { ":p": p } = input["ExpressionAttributeValues"] as { ":p": { S: string } };
    const Count = p.S === "fifty" ? 50 : 1;
    const Items = Array.from({ length: Count }, (_, s) => ({
      p,
      s: { N: String(s) },
      name: { S: "x".repeat(100) },
      price: { N: "49.99" },
    }));
    return { Items, Count, ScannedCount: Count };
  },
  GetParameter: ({ Name }) => ({
    Parameter: {
      ...{ Name, Type: "String", Value: "x".repeat(200), Version: 1, DataType: "text" },
      LastModifiedDate: Date.now() / 1000,
      ARN: `arn:aws:ssm:us-east-1:000000000000:parameter${Name}`,
    },
  }),
  GetSecretValue: ({ SecretId }) => ({
    ARN: `arn:aws:secretsmanager:us-east-1:000000000000:secret:${SecretId}-a1b2c3`,
    ...{ Name: SecretId, VersionId: "t".repeat(32), SecretString: "x".repeat(200) },
    ...{ VersionStages: ["AWSCURRENT"], CreatedDate: Date.now() / 1000 },
  }),
  GenerateDataKey: ({ KeyId }) => ({
    CiphertextBlob: randomBytes(148).toString("base64"),
    KeyId: `arn:aws:kms:us-east-1:000000000000:key/${KeyId}`,
    KeyMaterialId: "0".repeat(64),
    Plaintext: randomBytes(32).toString("base64"),
  }),
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const input = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>;
    const operation = String(request.headers["x-amz-target"]).split(".")[1]!;
    const body = JSON.stringify(answers[operation]?.(input) ?? {});
    response.writeHead(200, {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-requestid": randomUUID(),
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
