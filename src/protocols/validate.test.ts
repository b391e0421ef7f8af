import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModel, type ServiceModel, type Shape } from "../models/model.ts";
import { checkInput, validateInput } from "./validate.ts";

const structure = (members: Shape["members"], required: string[] = []): Shape => ({
  type: "structure",
  members: members ?? {},
  required,
});
const model: ServiceModel = {
  metadata: { apiVersion: "1", endpointPrefix: "thing", serviceId: "Thing", protocol: "json" },
  operations: { Do: { name: "Do", http: { method: "POST", requestUri: "/" }, input: { shape: "Input" } } },
  shapes: {
    Input: structure(
      {
        Name: { shape: "Name" },
        Count: { shape: "Count" },
        Color: { shape: "Color" },
        Blob: { shape: "Blob" },
        Names: { shape: "Names" },
        Things: { shape: "Things" },
        Tags: { shape: "Tags" },
        Free: { shape: "Free" },
      },
      ["Name"],
    ),
    Name: { type: "string", min: 3, max: 5, pattern: "[a-z]+" },
    Count: { type: "integer", min: 1, max: 10 },
    Color: { type: "string", enum: ["RED", "GREEN"] },
    Blob: { type: "blob", max: 2 },
    Names: { type: "list", member: { shape: "Name" }, min: 1, max: 2 },
    Things: { type: "list", member: { shape: "Thing" } },
    Thing: structure({ ThingName: { shape: "Name" }, Inner: { shape: "Thing" } }, ["ThingName"]),
    Tags: { type: "map", key: { shape: "Name" }, value: { shape: "Thing" } },
    Free: { type: "string" },
  },
};
const messageOf = (input: Record<string, unknown>) =>
  checkInput(model, "Do", { Name: "abc", ...input })?.message;
const one = (text: string) => `1 validation error detected: Value ${text}`;
const broken = (value: string, path: string, text: string) =>
  one(`${value} at '${path}' failed to satisfy constraint: Member must ${text}`);

test("an input that keeps to its model passes", () => {
  assert.equal(
    messageOf({
      Count: 1,
      Color: "RED",
      Blob: new Uint8Array(2),
      Names: ["abc"],
      Things: [{ ThingName: "abc" }],
    }),
    undefined,
  );
});

test("a required member must not be null", () => {
  assert.equal(messageOf({ Name: undefined }), broken("null", "name", "not be null"));
  assert.equal(
    messageOf({ Things: [{ ThingName: "abc" }, {}] }),
    broken("null", "things.2.member.thingName", "not be null"),
  );
  assert.equal(
    messageOf({ Things: [{ ThingName: "abc", Inner: {} }] }),
    broken("null", "things.1.member.inner.thingName", "not be null"),
  );
  assert.equal(messageOf({ Tags: { key: {} } }), broken("null", "tags.key.member.thingName", "not be null"));
});

test("lengths are checked on both sides", () => {
  assert.equal(messageOf({ Name: "ab" }), broken("'ab'", "name", "have length greater than or equal to 3"));
  assert.equal(messageOf({ Name: "abcde" }), undefined);
  assert.equal(
    messageOf({ Name: "abcdef" }),
    broken("'abcdef'", "name", "have length less than or equal to 5"),
  );
  assert.equal(messageOf({ Names: [] }), broken("'[]'", "names", "have length greater than or equal to 1"));
  assert.equal(
    messageOf({ Names: ["abc", "abc", "abc"] }),
    broken("'[abc, abc, abc]'", "names", "have length less than or equal to 2"),
  );
  assert.match(messageOf({ Blob: new Uint8Array(3) })!, /at 'blob' .* length less than or equal to 2$/);
});

test("ranges are checked on both sides", () => {
  assert.equal(messageOf({ Count: 10 }), undefined);
  assert.equal(messageOf({ Count: 0 }), broken("'0'", "count", "have value greater than or equal to 1"));
  assert.equal(messageOf({ Count: 11 }), broken("'11'", "count", "have value less than or equal to 10"));
});

test("patterns hold for the whole value, choices are listed", () => {
  assert.equal(
    messageOf({ Name: "abc1" }),
    broken("'abc1'", "name", "satisfy regular expression pattern: [a-z]+"),
  );
  assert.equal(
    messageOf({ Color: "BLUE" }),
    broken("'BLUE'", "color", "satisfy enum value set: [RED, GREEN]"),
  );
});

test("several problems are told together", () => {
  assert.equal(
    messageOf({ Name: "A", Count: 0 }),
    "3 validation errors detected: Value 'A' at 'name' failed to satisfy constraint: Member must satisfy regular " +
      "expression pattern: [a-z]+; Value 'A' at 'name' failed to satisfy constraint: Member must have length greater " +
      "than or equal to 3; Value '0' at 'count' failed to satisfy constraint: Member must have value greater than or equal to 1",
  );
});

test("of a list of scalars and of the keys of a map everything that must hold is told", () => {
  const all =
    "[Member must have length less than or equal to 5, Member must have length greater than or equal to 3, " +
    "Member must satisfy regular expression pattern: [a-z]+]";
  assert.equal(
    messageOf({ Names: ["abc", "x"] }),
    one(`'[abc, x]' at 'names' failed to satisfy constraint: Member must satisfy constraint: ${all}`),
  );
  assert.equal(
    messageOf({ Tags: { k: { ThingName: "abc" } } }),
    one(
      `'{k={ThingName=abc}}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: ${all}`,
    ),
  );
});

test("no more than ten problems are told", () => {
  const Things = Array.from({ length: 30 }, () => ({}));
  assert.match(messageOf({ Things })!, /^10 validation errors detected: /);
});

test("a service can take a constraint into its own hands", () => {
  assert.equal(checkInput(model, "Do", {}, { skip: ["required"] }), undefined);
  assert.equal(checkInput(model, "Do", { Name: "A" }, { skip: ["length", "pattern"] }), undefined);
  assert.throws(() => validateInput(model, "Do", { Name: "A" }), {
    code: "ValidationException",
    status: 400,
  });
});

test("each family of services has its own code and words", () => {
  const error = (service: string, operation: string, input: Record<string, unknown> = {}) => {
    const { code, message } = checkInput(loadModel(service)!, operation, input)!;
    return `${code}: ${message}`;
  };
  const missing = (code: string, path: string) => `${code}: ${broken("null", path, "not be null")}`;
  assert.equal(error("dynamodb", "DescribeTable"), missing("ValidationException", "tableName"));
  assert.equal(error("iam", "GetPolicy"), missing("ValidationError", "policyArn"));
  assert.equal(error("logs", "CreateLogGroup"), missing("InvalidParameterException", "logGroupName"));
  assert.equal(error("apigateway", "GetRestApi"), missing("ValidationException", "restApiId"));
  assert.equal(
    error("apigateway", "CreateRestApi"),
    missing("ValidationException", "createRestApiInput.name"),
  );
  assert.equal(
    error("sqs", "CreateQueue"),
    "MissingParameter: The request must contain the parameter QueueName.",
  );
  assert.equal(
    error("ec2", "CreateVpcEndpoint"),
    "MissingParameter: The request must contain the parameter VpcId",
  );
  const Delete = { Objects: [{}] };
  assert.match(error("s3", "DeleteObjects", { Bucket: "b", Delete }), /^MalformedXML: /);
});

test("Lambda adds that members of a list must not be null", () => {
  const input = { FunctionName: "f", ZipFile: new Uint8Array(1), Architectures: ["arm65"] };
  assert.equal(
    checkInput(loadModel("lambda")!, "UpdateFunctionCode", input)?.message,
    one(
      "'[arm65]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: " +
        "[Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    ),
  );
});

test("a text of any length must match its pattern, also when its shape has no length", () => {
  const record = (ExplicitHashKey: string) =>
    checkInput(loadModel("kinesis")!, "PutRecord", {
      StreamName: "s",
      Data: new Uint8Array(1),
      PartitionKey: "p",
      ExplicitHashKey,
    });
  assert.equal(record("1"), undefined);
  for (const length of [9_000, 11_000, 1_000_000])
    assert.match(
      record("{".repeat(length))!.message,
      /Member must satisfy regular expression pattern: \^\(0/,
    );
});
