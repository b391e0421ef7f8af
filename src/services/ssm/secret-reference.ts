import { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { notServed, secretNotFound, validation } from "./errors.ts";
import type { ParameterName } from "./parameter-name.ts";

/** Secrets as parameters: https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html */

const REFERENCE = "/aws/reference/secretsmanager/";
const VERSION_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export const isSecretReference = (name: string): boolean => name.startsWith(REFERENCE);

interface Secret {
  readonly ARN: string;
  readonly Name: string;
  readonly VersionId: string;
  readonly SecretString?: string;
  readonly SecretBinary?: Uint8Array;
  readonly VersionStages: readonly string[];
  readonly CreatedDate: Date | number;
}

/** @throws AwsError `ParameterNotFound`, `ValidationException` */
export async function secretParameter(
  { name, selector }: ParameterName,
  decrypt: boolean,
  ctx: Context,
): Promise<SSM.Parameter> {
  if (!decrypt) throw validation("WithDecryption flag must be True for retrieving a Secret Manager secret.");
  if (!ctx.host.serves("secretsmanager")) throw notServed("secrets as parameters without Secrets Manager");
  const version =
    selector === undefined
      ? {}
      : VERSION_ID.test(selector)
        ? { VersionId: selector }
        : { VersionStage: selector };
  const input = { SecretId: name.slice(REFERENCE.length), ...version };
  try {
    const secret = await ctx.call<Secret>("secretsmanager", "GetSecretValue", input, { as: ctx.caller });
    return asParameter(secret, name, selector);
  } catch (error) {
    if (error instanceof AwsError && error.code === "ResourceNotFoundException") throw secretNotFound(name);
    throw error;
  }
}

function asParameter(secret: Secret, name: string, selector: string | undefined): SSM.Parameter {
  const { ARN, Name, VersionId, SecretString, SecretBinary, VersionStages } = secret;
  const createdAt = new Date(secret.CreatedDate);
  const binary = SecretBinary && Buffer.from(SecretBinary).toString("base64");
  const result = {
    ARN,
    name: Name,
    versionId: VersionId,
    ...(SecretString !== undefined && { secretString: SecretString }),
    ...(binary !== undefined && { secretBinary: binary }),
    versionStages: VersionStages,
    createdDate: createdAt.toISOString(),
  };
  return {
    Name: name,
    Type: "SecureString",
    Value: SecretString ?? binary ?? "",
    Version: 0,
    ...(selector !== undefined && { Selector: `:${selector}` }),
    SourceResult: JSON.stringify(result),
    LastModifiedDate: createdAt,
    ARN,
    DataType: "text",
  };
}
