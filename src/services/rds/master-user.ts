import type { Context } from "../../core/service.ts";
import type { Engine } from "./engine.ts";
import { invalidParameterCombination, invalidParameterValue } from "./errors.ts";
import { newPassword } from "./ids.ts";

const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 128;
const FORBIDDEN = /[/"@ ]|[^\x20-\x7e]/;

/** What is asked for of a master user. */
interface MasterUserWish {
  readonly MasterUsername?: string;
  readonly MasterUserPassword?: string;
  readonly ManageMasterUserPassword?: boolean;
  readonly MasterUserSecretKmsKeyId?: string;
}

export interface MasterUser {
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly secretArn?: string;
}

/** The master user of a new database, with a password that is given or kept in Secrets Manager. */
export async function masterUser(
  wish: MasterUserWish,
  engine: Engine,
  resource: { readonly prefix: "db" | "cluster"; readonly arn: string },
  ctx: Context,
): Promise<MasterUser> {
  const { MasterUsername: masterUsername = engine.masterUsername, MasterUserPassword: given } = wish;
  if (!engine.masterUsernames.test(masterUsername))
    throw invalidParameterValue(
      `MasterUsername ${masterUsername} cannot be used as it is a reserved word used by the engine`,
    );
  if (!wish.ManageMasterUserPassword) {
    if (given === undefined)
      throw invalidParameterValue("The parameter MasterUserPassword must be provided and must not be blank.");
    checkPassword(given);
    return { masterUsername, masterPassword: given };
  }
  if (given !== undefined)
    throw invalidParameterCombination(
      "You can't specify MasterUserPassword for an instance with ManageMasterUserPassword enabled.",
    );
  const masterPassword = newPassword(ctx.random);
  const { ARN } = await ctx.call<{ ARN: string }>("secretsmanager", "CreateSecret", {
    Name: `rds!${resource.prefix}-${ctx.random.uuid()}`,
    Description: `Secret associated with primary RDS DB ${resource.prefix === "db" ? "instance" : "cluster"}: ${resource.arn}`,
    SecretString: JSON.stringify({ username: masterUsername, password: masterPassword }),
    ...(wish.MasterUserSecretKmsKeyId !== undefined && { KmsKeyId: wish.MasterUserSecretKmsKeyId }),
  });
  return { masterUsername, masterPassword, secretArn: ARN };
}

/** @throws InvalidParameterValue */
export function checkPassword(password: string): void {
  if (password.length < SHORTEST_PASSWORD)
    throw invalidParameterValue(
      "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.",
    );
  if (password.length > LONGEST_PASSWORD)
    throw invalidParameterValue(
      "The parameter MasterUserPassword is not a valid password because it is longer than 128 characters.",
    );
  if (FORBIDDEN.test(password))
    throw invalidParameterValue(
      "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.",
    );
}

/** What is deleted takes its secret with it. */
export async function forgetSecret(secretArn: string | undefined, ctx: Context): Promise<void> {
  if (secretArn === undefined) return;
  await ctx
    .call("secretsmanager", "DeleteSecret", { SecretId: secretArn, ForceDeleteWithoutRecovery: true })
    .catch((error: Error) => ctx.log.warn(`The secret ${secretArn} is still there: ${error.message}`));
}
