import { AwsError } from "../../core/aws-error.ts";
import { readJson } from "../../core/read-json.ts";
import { validationError } from "./errors.ts";
import { isMap, type Value } from "./sam/value.ts";
import { StackFailure } from "./stack-failure.ts";

/** Calls a service as the stack does. */
export type Call = <O = Record<string, unknown>>(
  service: string,
  operation: string,
  input: object,
) => Promise<O>;

const REFERENCE = /\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}/g;

/**
 * A value with what is kept in Systems Manager and Secrets Manager in place of `{{resolve:…}}`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
export async function resolved(value: Value, call: Call): Promise<Value> {
  if (typeof value === "string") return value.includes("{{resolve:") ? inText(value, call) : value;
  if (Array.isArray(value)) {
    const items: Value[] = [];
    for (const item of value) items.push(await resolved(item, call));
    return items;
  }
  if (!isMap(value)) return value;
  const entries: [string, Value][] = [];
  for (const [name, item] of Object.entries(value)) entries.push([name, await resolved(item, call)]);
  return Object.fromEntries(entries);
}

async function inText(text: string, call: Call): Promise<string> {
  let made = "";
  let at = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, service, reference] = match as unknown as [string, string, string];
    made += text.slice(at, match.index);
    made +=
      service === "secretsmanager"
        ? await secret(reference, call)
        : await parameter(service, reference, call);
    at = match.index + whole.length;
  }
  return made + text.slice(at);
}

async function parameter(service: string, reference: string, call: Call): Promise<string> {
  const asked = { Name: reference, WithDecryption: true };
  try {
    const { Parameter } = await call<{ Parameter?: { Value?: string } }>("ssm", "GetParameter", asked);
    return Parameter?.Value ?? "";
  } catch (error) {
    if (error instanceof AwsError && /^Parameter(?:Version)?NotFound$/.test(error.code))
      throw new StackFailure(`Parameters: [${service}:${reference}] cannot be found.`);
    throw error;
  }
}

/** `secret-id:SecretString:json-key:version-stage:version-id`; the id may be an ARN. */
async function secret(reference: string, call: Call): Promise<string> {
  const parts = reference.split(":");
  const length = parts[0] === "arn" ? 7 : 1;
  const SecretId = parts.slice(0, length).join(":");
  const [, key = "", VersionStage = "", VersionId = ""] = parts.slice(length);
  const { SecretString = "" } = await call<{ SecretString?: string }>("secretsmanager", "GetSecretValue", {
    SecretId,
    ...(VersionStage && { VersionStage }),
    ...(VersionId && { VersionId }),
  });
  if (key === "") return SecretString;
  try {
    const found = (readJson(SecretString) as Record<string, unknown>)[key];
    if (found !== undefined) return String(found);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw validationError(`Could not find a value associated with JSONKey in SecretString`);
}
