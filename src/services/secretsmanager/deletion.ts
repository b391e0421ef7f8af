import { partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { invalidParameter, invalidRequest, onReplica } from "./errors.ts";
import type { Rotator } from "./rotator.ts";
import {
  DAY_MS,
  type Found,
  findSecret,
  isReplica,
  newSecretArn,
  refuseDeleted,
  removeSecret,
  saveSecret,
} from "./secret.ts";

const LONGEST_WINDOW_DAYS = 30;

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html */
export const deletion = (rotator: Rotator): Handlers<SecretsManager.Operations> => ({
  DeleteSecret(input, ctx) {
    const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false } = input;
    if (force && days !== undefined)
      throw invalidParameter(
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    if (days !== undefined && (days < 7 || days > LONGEST_WINDOW_DAYS))
      throw invalidParameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
    const found = force ? foundOrNot(input.SecretId, ctx) : findSecret(input.SecretId, ctx);
    if (!found) return goneAlready(input.SecretId, ctx);
    const { secret, store } = found;
    if (isReplica(secret)) throw onReplica();
    if ((secret.replicas ?? []).length > 0)
      throw invalidRequest(
        "You can't delete secret that still has replica regions. Please remove replica regions before deleting the secret.",
      );
    const nowMs = ctx.clock.now();
    if (force) {
      removeSecret(store, secret);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(nowMs) };
    }
    refuseDeleted(secret);
    const untilMs = nowMs + (days ?? LONGEST_WINDOW_DAYS) * DAY_MS;
    saveSecret(store, { ...secret, deletion: { atMs: nowMs, untilMs } });
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(untilMs) };
  },

  RestoreSecret(input, ctx) {
    const { secret, store } = findSecret(input.SecretId, ctx);
    const { deletion, ...restored } = secret;
    saveSecret(store, restored);
    rotator.look(restored.arn);
    return { ARN: secret.arn, Name: secret.name };
  },
});

/** What is deleted by force need not be there: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
function foundOrNot(id: string, ctx: Context): Found | undefined {
  try {
    return findSecret(id, ctx);
  } catch (error) {
    if (error instanceof AwsError && error.code === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** Inferred: the ARN has six letters that were drawn for it, unless it was the ARN that was asked for. */
function goneAlready(id: string, ctx: Context): SecretsManager.DeleteSecretResponse {
  const isArn = id.startsWith("arn:");
  const Name = isArn
    ? partsOf(id)
        .resource.replace(/^secret:/, "")
        .replace(/-\w{6}$/, "")
    : id;
  return { ARN: isArn ? id : newSecretArn(id, ctx), Name, DeletionDate: new Date(ctx.clock.now()) };
}
