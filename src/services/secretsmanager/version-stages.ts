import type { Handlers } from "../../core/service.ts";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { invalidParameter, versionNotFound } from "./errors.ts";
import { saveWithReplicas } from "./replication.ts";
import { findChangeable, staged } from "./secret.ts";
import { CURRENT, moveStages, withoutStage } from "./stages.ts";

export const versionStages: Handlers<SecretsManager.Operations> = {
  async UpdateSecretVersionStage(input, ctx) {
    const { secret, store } = findChangeable(input.SecretId, ctx);
    const { VersionStage: stage, MoveToVersionId: to, RemoveFromVersionId: from } = input;
    for (const id of [from, to]) if (id !== undefined && !secret.versions[id]) throw versionNotFound(id);
    const holder = staged(secret, stage);
    // Inferred: AWS's words for a label that no version has.
    if (from !== undefined && holder === undefined)
      throw invalidParameter(`The staging label ${stage} is not attached to version ${from}.`);
    if (from === undefined ? holder !== undefined && holder !== to : holder !== from)
      throw invalidParameter(
        `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
      );
    if (stage === CURRENT && to === undefined)
      throw invalidParameter(
        "You can't remove the staging label AWSCURRENT from a version without moving it to another one.",
      );
    const after =
      to === undefined ? withoutStage(secret, from ?? holder ?? "", stage) : moveStages(secret, to, [stage]);
    const changed = { ...after, changedAtMs: ctx.clock.now() };
    await saveWithReplicas(store, changed, ctx);
    return { ARN: secret.arn, Name: secret.name };
  },
};
