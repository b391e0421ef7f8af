import type { Place } from "../../../aws/arn-template.ts";
import { AwsError } from "../../../core/aws-error.ts";
import { readJson } from "../../../core/read-json.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type * as ECS from "../../../models/generated/ecs.ts";

const SECRET = /^arn:[\w-]+:secretsmanager:/;
/** `arn:…:secret:name-AbCdEf:json-key:version-stage:version-id` */
const PARTS = /^(arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:[^:]+)(?::([^:]*):([^:]*):([^:]*))?$/;

/**
 * The values of a container's secrets, read with the execution role.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
 * @throws Error with what the task says of it
 */
export async function secretsOf(
  secrets: readonly ECS.Secret[],
  place: Place & { readonly executionRoleArn: string | undefined; readonly origin: string },
  host: ServiceHost,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  const { account, region, executionRoleArn, origin } = place;
  const options = {
    account,
    region,
    origin,
    ...(executionRoleArn !== undefined && { as: executionRoleArn }),
  };
  for (const { name, valueFrom } of secrets) {
    try {
      values[name] = SECRET.test(valueFrom)
        ? await secretValue(valueFrom, (input) =>
            host.call("secretsmanager", "GetSecretValue", input, options),
          )
        : await parameterValue(valueFrom, (input) => host.call("ssm", "GetParameters", input, options));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new Error(
        `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from ${SECRET.test(valueFrom) ? "asm" : "ssm"}: ${valueFrom}: ${error.code}: ${error.message}`,
      );
    }
  }
  return values;
}

async function secretValue(
  valueFrom: string,
  get: (input: object) => Promise<{ SecretString?: string }>,
): Promise<string> {
  const [, SecretId = valueFrom, key, VersionStage, VersionId] = PARTS.exec(valueFrom) ?? [];
  const { SecretString = "" } = await get({
    SecretId,
    ...(VersionStage && { VersionStage }),
    ...(VersionId && { VersionId }),
  });
  if (!key) return SecretString;
  const value = (readJson(SecretString) as Record<string, unknown>)[key];
  if (value === undefined)
    throw new AwsError(
      "ResourceInitializationError",
      `retrieved secret from Secrets Manager did not contain json key ${key}`,
    );
  return typeof value === "string" ? value : JSON.stringify(value);
}

async function parameterValue(
  valueFrom: string,
  get: (input: object) => Promise<{ Parameters: { Value: string }[] }>,
): Promise<string> {
  const { Parameters } = await get({ Names: [valueFrom], WithDecryption: true });
  const [parameter] = Parameters;
  if (!parameter) throw new AwsError("InvalidParameters", `invalid ssm parameters: ${valueFrom}`);
  return parameter.Value;
}
