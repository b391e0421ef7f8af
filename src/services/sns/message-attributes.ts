/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */

import { readJson } from "../../core/read-json.ts";
import type * as SNS from "../../models/generated/sns.ts";
import { parameterValueInvalid } from "./errors.ts";
import type { MessageAttribute } from "./message.ts";

const MAX_NAME_BYTES = 256;

/** @throws AwsError for the first attribute that SNS does not take */
export function checkAttributes(attributes: SNS.MessageAttributeMap): Record<string, MessageAttribute> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => {
      checkName(name);
      return [name, { type: attribute.DataType, value: attributeValue(name, attribute) }];
    }),
  );
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) >= MAX_NAME_BYTES)
    throw parameterValueInvalid("Length of message attribute name must be less than 256 bytes.");
  const foreign = /[^\w.-]/.exec(name)?.[0];
  if (foreign !== undefined) {
    const code = foreign.charCodeAt(0).toString(16).toUpperCase();
    throw parameterValueInvalid(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.startsWith("."))
    throw parameterValueInvalid("Invalid message attribute name starting with character '.' was found.");
  if (name.endsWith("."))
    throw parameterValueInvalid("Invalid message attribute name ending with character '.' was found.");
  if (name.includes(".."))
    throw parameterValueInvalid("Message attribute name can not have successive '.' character.");
}

function attributeValue(name: string, attribute: SNS.MessageAttributeValue): string {
  const type = attribute.DataType;
  const kind = type.split(".")[0];
  if (kind !== "String" && kind !== "Number" && kind !== "Binary")
    throw parameterValueInvalid(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  const field = kind === "Binary" ? "Binary" : "String";
  const [wanted, other] =
    kind === "Binary"
      ? [attribute.BinaryValue, attribute.StringValue]
      : [attribute.StringValue, attribute.BinaryValue];
  if (!wanted?.length && other?.length)
    throw parameterValueInvalid(
      `The message attribute '${name}' with type '${type}' must use field '${field}'.`,
    );
  if (!wanted?.length)
    throw parameterValueInvalid(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  if (kind === "Number" && !isNumber(wanted as string))
    throw parameterValueInvalid(`Could not cast message attribute '${name}' value to number.`);
  if (type === "String.Array" && !isArray(wanted as string))
    throw parameterValueInvalid(
      `Invalid value for message attribute '${name}': a String.Array must be a JSON array of strings, numbers, true, false and null.`,
    );
  return typeof wanted === "string" ? wanted : Buffer.from(wanted).toString("base64");
}

const isNumber = (text: string) => text.trim() !== "" && Number.isFinite(Number(text));

function isArray(text: string): boolean {
  try {
    const items: unknown = readJson(text);
    return Array.isArray(items) && items.every((item) => item === null || typeof item !== "object");
  } catch {
    return false;
  }
}
