import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_MESSAGE_BYTES, type PublishedInput, readMessage, textFor } from "./message.ts";

const read = (input: Partial<PublishedInput>) => readMessage({ Message: "m", ...input });
const refuses = (input: Partial<PublishedInput>, message: string) =>
  assert.throws(
    () => read(input),
    (error: Error) => {
      assert.equal(error.message, message);
      return true;
    },
  );
const withAttribute = (name: string, attribute: object) =>
  ({ MessageAttributes: { [name]: attribute } }) as Partial<PublishedInput>;

test("A message may have 262,144 bytes, attributes included, and no more.", () => {
  read({ Message: "x".repeat(MAX_MESSAGE_BYTES) });
  refuses({ Message: "x".repeat(MAX_MESSAGE_BYTES + 1) }, "Invalid parameter: Message too long");
  refuses({ Message: "é".repeat(MAX_MESSAGE_BYTES / 2 + 1) }, "Invalid parameter: Message too long");
  const attribute = withAttribute("ab", { DataType: "String", StringValue: "xy" });
  read({ Message: "x".repeat(MAX_MESSAGE_BYTES - 10), ...attribute });
  refuses(
    { Message: "x".repeat(MAX_MESSAGE_BYTES - 9), ...attribute },
    "Invalid parameter: Message too long",
  );
});

test("A message is not empty, nor is its subject.", () => {
  refuses({ Message: "" }, "Invalid parameter: Empty message");
  refuses({ Subject: "" }, "Invalid parameter: Subject");
  refuses({ Subject: "two\nlines" }, "Invalid parameter: Subject");
  read({ Subject: "s".repeat(100) });
  refuses({ Subject: "s".repeat(101) }, "Invalid parameter: Subject");
});

test("A structured message gives each protocol its own text.", () => {
  const parts = read({ MessageStructure: "json", Message: '{"default":"d","sqs":"q","lambda":1}' });
  const message = { id: "i", type: "Notification", publishedAtMs: 0, ...parts } as const;
  assert.equal(textFor(message, "sqs"), "q");
  assert.equal(textFor(message, "http"), "d");
  assert.equal(textFor(message, "lambda"), "d");
});

test("A structured message needs a default.", () => {
  const none = "Invalid parameter: Message Structure - No default entry in JSON message body";
  const unread = "Invalid parameter: Message Structure - JSON message body failed to parse";
  refuses({ MessageStructure: "json", Message: '{"sqs":"q"}' }, none);
  refuses({ MessageStructure: "json", Message: '{"default":{"a":1}}' }, none);
  refuses({ MessageStructure: "json", Message: "no JSON" }, unread);
});

const REFUSED: [name: string, attribute: object, message: string][] = [
  [
    "a",
    { DataType: "String", StringValue: "" },
    "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
  ],
  [
    "a",
    { DataType: "Binary" },
    "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'Binary'.",
  ],
  [
    "a",
    { DataType: "String", BinaryValue: Buffer.from("x") },
    "The message attribute 'a' with type 'String' must use field 'String'.",
  ],
  [
    "a",
    { DataType: "Binary", StringValue: "x" },
    "The message attribute 'a' with type 'Binary' must use field 'Binary'.",
  ],
  [
    "a",
    { DataType: "Fancy", StringValue: "x" },
    "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
  ],
  [
    "a".repeat(256),
    { DataType: "String", StringValue: "x" },
    "Length of message attribute name must be less than 256 bytes.",
  ],
  [
    "a^",
    { DataType: "String", StringValue: "x" },
    "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
  ],
  [
    ".a",
    { DataType: "String", StringValue: "x" },
    "Invalid message attribute name starting with character '.' was found.",
  ],
  [
    "a.",
    { DataType: "String", StringValue: "x" },
    "Invalid message attribute name ending with character '.' was found.",
  ],
  [
    "a..b",
    { DataType: "String", StringValue: "x" },
    "Message attribute name can not have successive '.' character.",
  ],
];
for (const [name, attribute, message] of REFUSED) {
  test(`An attribute is refused: ${message}`, () => refuses(withAttribute(name, attribute), message));
}

test("An attribute's type may have a label of its own.", () => {
  const { attributes } = read(withAttribute("a", { DataType: "Number.float", StringValue: "1.5" }));
  assert.deepEqual(attributes, { a: { type: "Number.float", value: "1.5" } });
});

test("A Binary attribute is kept in base64.", () => {
  const { attributes } = read(
    withAttribute("a", { DataType: "Binary", BinaryValue: Uint8Array.of(2, 3, 4) }),
  );
  assert.deepEqual(attributes, { a: { type: "Binary", value: "AgME" } });
});
