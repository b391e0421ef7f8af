import { createHash } from "node:crypto";
import { upTo } from "../../core/text.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import { checkCharacters } from "./characters.ts";
import { invalidParameterValue } from "./errors.ts";

/** A message attribute as it is kept: a string, or bytes in base64. */
export interface StoredAttribute {
  readonly type: string;
  readonly string?: string;
  readonly binary?: string;
}

const MOST_ATTRIBUTES = 10;
const LONGEST_NAME = 256;
const NAME = /^[\p{L}\p{N}_.-]+$/u;
const RESERVED = /^(aws\.|amazon\.?)/i;

/**
 * Checks the attributes of a message as SendMessage does.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 * @throws AwsError `InvalidParameterValue`
 */
export function checkAttributes(attributes: SQS.MessageBodyAttributeMap): void {
  const entries = Object.entries(attributes);
  if (entries.length > MOST_ATTRIBUTES) {
    throw invalidParameterValue(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`,
    );
  }
  for (const [name, value] of entries) {
    checkName(name);
    checkValue(name, value);
  }
}

function checkName(name: string): void {
  const refuse = invalidParameterValue;
  if (name === "") throw refuse("The request must contain non-empty message (user) attribute names.");
  if (Buffer.byteLength(name) > LONGEST_NAME) {
    throw refuse(`Message (user) attribute name must be shorter than ${LONGEST_NAME} bytes.`);
  }
  if (RESERVED.test(name)) {
    throw refuse(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for internal use.",
    );
  }
  if (!NAME.test(name)) {
    throw refuse(
      "Message (user) attributes name can only contain upper and lower score characters, digits, periods, hyphens and underscores. ",
    );
  }
  if (name.startsWith(".") || name.endsWith(".") || name.includes("..")) {
    throw refuse(
      "You can't use message attribute names starting or ending with a period, or with periods in succession.",
    );
  }
}

function checkValue(name: string, value: SQS.MessageAttributeValue): void {
  const refuse = invalidParameterValue;
  if (value.StringListValues?.length || value.BinaryListValues?.length) {
    throw refuse("Message attribute list values in SendMessage operation are not supported.");
  }
  if (!value.DataType) {
    throw refuse(`The message (user) attribute '${name}' must contain a non-empty message attribute type.`);
  }
  if (Buffer.byteLength(value.DataType) > LONGEST_NAME) {
    throw refuse(`Message (user) attribute type must be shorter than ${LONGEST_NAME} bytes.`);
  }
  const type = upTo(".", value.DataType);
  if (type !== "String" && type !== "Number" && type !== "Binary") {
    throw refuse(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const empty = () =>
    refuse(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);
  if (type === "Binary") {
    if (!value.BinaryValue?.length) throw empty();
    return;
  }
  const { StringValue: text } = value;
  if (!text) throw empty();
  checkCharacters(text);
  if (type === "Number" && !/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) {
    throw refuse(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

/** The only system attribute that a sender may give. @throws AwsError for any other, or another type */
export function readTraceHeader(
  attributes: SQS.MessageBodySystemAttributeMap | undefined,
): string | undefined {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name !== "AWSTraceHeader")
      throw invalidParameterValue(`Message system attribute name '${name}' is invalid.`);
    if (value.DataType !== "String" || !value.StringValue) {
      throw invalidParameterValue(
        "Message system attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.",
      );
    }
    return value.StringValue;
  }
  return undefined;
}

export function attributesSize(attributes: SQS.MessageBodyAttributeMap): number {
  let size = 0;
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    size += BinaryValue?.length ?? Buffer.byteLength(StringValue ?? "");
  }
  return size;
}

/**
 * MD5OfMessageAttributes as SDKs verify it: names in order, each name, type and value with its length before it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function attributesMd5(
  attributes: Readonly<
    Record<string, Pick<SQS.MessageAttributeValue, "DataType" | "StringValue" | "BinaryValue">>
  >,
): string {
  const digest = createHash("md5");
  const add = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    digest.update(length).update(bytes);
  };
  const entries = Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [name, { DataType, StringValue, BinaryValue }] of entries) {
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    digest.update(Buffer.from([BinaryValue ? 2 : 1]));
    add(BinaryValue ?? Buffer.from(StringValue ?? ""));
  }
  return digest.digest("hex");
}

export function storeAttributes(attributes: SQS.MessageBodyAttributeMap): Record<string, StoredAttribute> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      BinaryValue
        ? { type: DataType, binary: Buffer.from(BinaryValue).toString("base64") }
        : { type: DataType, string: StringValue },
    ]),
  );
}

/** The attributes that a receiver asks for: by name, by `prefix.*`, or all with `All` or `.*`. */
export function selectAttributes(
  stored: Readonly<Record<string, StoredAttribute>> | undefined,
  names: readonly string[] | undefined,
): SQS.MessageBodyAttributeMap | undefined {
  if (!stored || !names || names.length === 0) return undefined;
  const all = names.includes("All") || names.includes(".*") || names.includes("*");
  const prefixes = names.filter((name) => name.endsWith(".*")).map((name) => name.slice(0, -2));
  const wanted = Object.entries(stored).filter(
    ([name]) => all || names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix)),
  );
  if (wanted.length === 0) return undefined;
  return Object.fromEntries(
    wanted.map(([name, { type, string, binary }]) => [
      name,
      binary === undefined
        ? { StringValue: string, DataType: type }
        : { BinaryValue: Buffer.from(binary, "base64"), DataType: type },
    ]),
  );
}
