import type { Context, Handlers } from "../../core/service.ts";
import type * as KMS from "../../models/generated/kms.ts";
import {
  disabled,
  invalidState,
  keyIs,
  notMultiRegionPrimary,
  originNotValid,
  tooManyRotations,
  unsupported,
} from "./errors.ts";
import { isReplica, type KeyRecord, keyArn } from "./key.ts";
import { type Keys, without } from "./keys.ts";
import { marked } from "./marked.ts";
import { type Material, newSecret } from "./material.ts";

const DAY_MS = 86_400_000;
const MOST_ON_DEMAND = 25;

/** https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html */
export const rotation = (keys: Keys): Handlers<KMS.Operations> => {
  const rotated = (keyId: string, ctx: Context): KeyRecord => {
    const key = keys.find(keyId, ctx);
    keys.refuseManaged(key);
    keys.refuseUnusable(key);
    refuseOthers(key);
    return key;
  };
  const refuseOthers = (key: KeyRecord) => {
    if (key.spec !== "SYMMETRIC_DEFAULT")
      throw unsupported(
        `${keyArn(key)} is not a symmetric encryption key, which is not valid for this operation.`,
      );
    if (isReplica(key)) throw notMultiRegionPrimary(keyArn(key));
  };
  const automatic = (keyId: string, ctx: Context): KeyRecord => {
    const key = keys.find(keyId, ctx);
    keys.refuseManaged(key);
    keys.refuseDeleted(key);
    // One that waits for its material is told where that comes from, and not that it waits.
    if (keys.stateOf(key) === "Disabled") throw disabled(keyArn(key));
    refuseOthers(key);
    if (key.origin === "EXTERNAL") throw originNotValid(keyArn(key), key.origin);
    return key;
  };

  return {
    EnableKeyRotation(input, ctx) {
      const key = automatic(input.KeyId, ctx);
      const periodDays = input.RotationPeriodInDays ?? key.rotation?.periodDays ?? 365;
      // A period that is asked for again begins anew.
      const nextMs =
        key.rotation && input.RotationPeriodInDays === undefined
          ? key.rotation.nextMs
          : ctx.clock.now() + periodDays * DAY_MS;
      keys.put({ ...key, rotation: { periodDays, nextMs } });
    },

    DisableKeyRotation(input, ctx) {
      keys.put(without(automatic(input.KeyId, ctx), "rotation"));
    },

    GetKeyRotationStatus(input, ctx) {
      const key = keys.find(input.KeyId, ctx);
      if (key.spec !== "SYMMETRIC_DEFAULT")
        throw unsupported(
          `${keyArn(key)} is not a symmetric encryption key, which is not valid for this operation.`,
        );
      // While a key is to be deleted its rotation rests: https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
      const cycle = key.deletion ? undefined : keys.materialHolder(key).rotation;
      return {
        KeyId: keyArn(key),
        KeyRotationEnabled: cycle !== undefined,
        ...(cycle && { RotationPeriodInDays: cycle.periodDays, NextRotationDate: new Date(cycle.nextMs) }),
      };
    },

    RotateKeyOnDemand(input, ctx) {
      const key = rotated(input.KeyId, ctx);
      const done = key.materials.filter(({ rotation: how }) => how?.type === "ON_DEMAND").length;
      if (done >= MOST_ON_DEMAND) throw tooManyRotations(keyArn(key));
      const how = { rotation: { atMs: ctx.clock.now(), type: "ON_DEMAND" as const } };
      const next = key.origin === "EXTERNAL" ? pendingOf(key) : newSecret(key.spec, key.id);
      const { isPending, ...material } = next;
      const others = key.materials.filter(({ id }) => id !== material.id);
      keys.rotated({
        ...key,
        materials: [...others, { ...material, ...how }],
        currentMaterialId: material.id,
      });
      return { KeyId: keyArn(key) };
    },

    ListKeyRotations(input, ctx) {
      const key = keys.find(input.KeyId, ctx);
      const holder = keys.materialHolder(key);
      const all = holder.materials.filter(
        ({ rotation: how }) => how || input.IncludeKeyMaterial === "ALL_KEY_MATERIAL",
      );
      const numbered = all.map((material, at) => ({ material, at }));
      const { items, ...rest } = marked(numbered, ({ at }) => [at], input, 100);
      return { Rotations: items.map(({ material }) => describeMaterial(material, key, holder)), ...rest };
    },
  };
};

/** The imported material that waits for its rotation. @throws KMSInvalidStateException when there is none */
function pendingOf(key: KeyRecord): Material {
  const next = key.materials.find(({ isPending }) => isPending);
  if (!next) throw invalidState(`No available key material pending rotation for the key: ${keyArn(key)}.`);
  if (next.goneDigest !== undefined) throw keyIs(keyArn(key), "pending import");
  return next;
}

function describeMaterial(material: Material, key: KeyRecord, holder: KeyRecord): KMS.RotationsListEntry {
  const { id, rotation: how, isPending, goneDigest, description, validToMs } = material;
  const isCurrent = id === holder.currentMaterialId;
  return {
    KeyId: keyArn(key),
    KeyMaterialId: id,
    KeyMaterialState: isPending ? "PENDING_ROTATION" : isCurrent ? "CURRENT" : "NON_CURRENT",
    ...(description !== undefined && { KeyMaterialDescription: description }),
    ...(key.origin === "EXTERNAL" && {
      ImportState: goneDigest === undefined ? "IMPORTED" : "PENDING_IMPORT",
    }),
    ...(key.origin === "EXTERNAL" &&
      goneDigest === undefined && {
        ExpirationModel: validToMs === undefined ? "KEY_MATERIAL_DOES_NOT_EXPIRE" : "KEY_MATERIAL_EXPIRES",
      }),
    ...(validToMs !== undefined && { ValidTo: new Date(validToMs) }),
    ...(how && { RotationDate: new Date(how.atMs), RotationType: how.type }),
  };
}
