import { AwsError } from "../../core/aws-error.ts";
import { isObject } from "../../core/json.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context } from "../../core/service.ts";
import type { GetSecretValueResponse } from "../../models/generated/secretsmanager.ts";
import { accessDenied, invalidSecret, secretsError } from "./errors.ts";
import type { Login } from "./running/session.ts";

/** A secret, and who it lets log in. */
export interface Secret {
  readonly arn: string;
  readonly login: Login;
}

/**
 * Its caller needs the permission to read it. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html
 * @throws AccessDeniedException, SecretsErrorException, InvalidSecretException
 */
export async function secretOf(secretArn: string, ctx: Context): Promise<Secret> {
  const { ARN, SecretString = "" } = await secretAt(secretArn, ctx);
  const { username, password } = objectIn(SecretString);
  if (typeof username !== "string" || typeof password !== "string") throw invalidSecret(secretArn);
  return { arn: ARN ?? secretArn, login: { user: username, password } };
}

async function secretAt(arn: string, ctx: Context): Promise<GetSecretValueResponse> {
  try {
    return await ctx.call("secretsmanager", "GetSecretValue", { SecretId: arn }, { as: ctx.caller });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw error.code === "AccessDeniedException"
      ? accessDenied(error.message)
      : secretsError(arn, error.message);
  }
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = readJson(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
