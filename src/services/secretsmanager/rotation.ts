import { whenKept } from "../../aws/due.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { cannotInvoke, invalidRequest, noFunction, noRotationToken, rotationIncomplete } from "./errors.ts";
import { saysToken } from "./request-token.ts";
import { beginRotation, pendingRotation, type Rotator } from "./rotator.ts";
import { nextRotation } from "./schedule.ts";
import { findChangeable, liveSecret, type Secret, saveSecret, staged } from "./secret.ts";
import { CURRENT, PENDING, withoutStage } from "./stages.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html */
export const rotation = (rotator: Rotator): Handlers<SecretsManager.Operations> => ({
  async RotateSecret(input, ctx) {
    const { ClientRequestToken: given, RotateImmediately: immediately = true } = input;
    if (!saysToken(ctx)) throw noRotationToken();
    const { secret: before, store } = findChangeable(input.SecretId, ctx);
    if (input.ExternalSecretRotationMetadata || input.ExternalSecretRotationRoleArn)
      throw invalidRequest("Squall rotates secrets by their functions only.");
    const functionArn = input.RotationLambdaARN ?? before.rotation?.functionArn;
    if (functionArn === undefined) throw noFunction();
    const rules = input.RotationRules ?? before.rotation?.rules;
    const nextMs = nextRotation(rules ?? {}, ctx.clock.now());
    if (staged(before, CURRENT) === undefined)
      throw invalidRequest("You can't rotate a secret that has no value.");
    await refuseUninvokable(functionArn, before, ctx);
    const nowMs = ctx.clock.now();
    const token = given ?? ctx.random.uuid();
    const secret = liveSecret(store, before.name, nowMs) ?? before;
    const enabled: Secret = {
      ...secret,
      changedAtMs: nowMs,
      rotation: {
        ...secret.rotation,
        isEnabled: true,
        functionArn,
        ...(rules && { rules }),
        ...(nextMs !== undefined && { nextMs }),
      },
    };
    const pending = pendingRotation(secret);
    if (immediately && pending !== undefined && pending !== token) {
      // What was begun is tried again, and the caller is told to wait for it.
      void rotator.run(secret.arn, pending, ctx.id);
      throw rotationIncomplete();
    }
    const begun = immediately ? beginRotation(enabled, token, nowMs) : enabled;
    saveSecret(store, begun);
    rotator.look(begun.arn);
    whenKept(ctx.host.storage, () => {
      if (immediately) void rotator.run(secret.arn, token, ctx.id);
      else void rotator.tryOut(secret.arn, token, ctx);
    });
    return { ARN: secret.arn, Name: secret.name, ...(immediately && { VersionId: token }) };
  },

  CancelRotateSecret(input, ctx) {
    const { secret, store } = findChangeable(input.SecretId, ctx);
    const pending = pendingRotation(secret);
    const { nextMs, ...rest } = secret.rotation ?? { isEnabled: false };
    const cancelled: Secret = {
      ...(pending === undefined ? secret : withoutStage(secret, pending, PENDING)),
      rotation: { ...rest, isEnabled: false },
    };
    saveSecret(store, cancelled);
    rotator.look(cancelled.arn);
    return { ARN: secret.arn, Name: secret.name, ...(pending !== undefined && { VersionId: pending }) };
  },
});

/** @throws AccessDeniedException for a function that is not there */
async function refuseUninvokable(functionArn: string, { arn }: Secret, ctx: Context): Promise<void> {
  const [, , , region, account] = (functionArn.startsWith("arn:") ? functionArn : arn).split(":");
  const place = { ...(region && { region }), ...(account && { account }) };
  try {
    await ctx.call("lambda", "GetFunctionConfiguration", { FunctionName: functionArn }, place);
  } catch (error) {
    if (error instanceof AwsError && error.status < 500) throw cannotInvoke();
    throw error;
  }
}
