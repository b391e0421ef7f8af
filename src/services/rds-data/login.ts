import { AwsError } from "../../core/aws-error.ts";
import { isObject } from "../../core/json.ts";
import type { Context } from "../../core/service.ts";
import { accessDenied, invalidSecret, secretsError } from "./errors.ts";
import type { Login } from "./running/session.ts";

/**
 * Who a secret lets log in: its caller needs the permission to read it. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html
 * @throws AccessDeniedException, SecretsErrorException, InvalidSecretException
 */
export async function loginOf(secretArn: string, ctx: Context): Promise<Login> {
  const { SecretString = "" } = await secretAt(secretArn, ctx);
  const { username, password } = objectIn(SecretString);
  if (typeof username !== "string" || typeof password !== "string") throw invalidSecret(secretArn);
  return { user: username, password };
}

async function secretAt(arn: string, ctx: Context): Promise<{ readonly SecretString?: string }> {
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
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
