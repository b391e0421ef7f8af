import { seal, unseal } from "../../aws/envelope.ts";
import { partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import {
  decryptionFailure,
  encryptionFailure,
  internalServiceError,
  invalidRequest,
  noAccessToKms,
} from "./errors.ts";
import { type Secret, type SecretValue, secretValues } from "./secret.ts";
import { CURRENT, PENDING, PREVIOUS } from "./stages.ts";

const MANAGED_KEY = "alias/aws/secretsmanager";
const MOST_BYTES = 65_536;

/** What a call gives as a secret's value: text or bytes. */
export interface GivenValue {
  readonly SecretString?: string;
  readonly SecretBinary?: Uint8Array;
}

/** @throws InvalidRequestException for both at once; undefined for neither */
export function givenValue({
  SecretString,
  SecretBinary,
}: GivenValue): { bytes: Buffer; isBinary: boolean } | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw invalidRequest(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  const given = SecretString ?? SecretBinary;
  if (given === undefined) return undefined;
  const bytes = Buffer.from(given);
  if (bytes.length > MOST_BYTES) throw invalidRequest(`The secret value is longer than ${MOST_BYTES} bytes.`);
  return { bytes, isBinary: SecretBinary !== undefined };
}

/** Where and as whom KMS is asked: with a key of one's own as the caller, who needs to be let. */
function askingKms({ arn, kmsKeyId }: Pick<Secret, "arn" | "kmsKeyId">, id: string, ctx: Context) {
  const { account, region } = partsOf(arn);
  return {
    account,
    region,
    context: { SecretARN: arn, SecretVersionId: id },
    ...(kmsKeyId !== undefined && { as: ctx.caller }),
  };
}

/** @throws EncryptionFailure, AccessDeniedException: what KMS said, in Secrets Manager's words */
export async function sealValue(
  secret: Pick<Secret, "arn" | "kmsKeyId">,
  id: string,
  value: { bytes: Buffer; isBinary: boolean },
  ctx: Context,
): Promise<SecretValue> {
  try {
    const key = secret.kmsKeyId ?? MANAGED_KEY;
    return {
      envelope: await seal(ctx.call, key, value.bytes, askingKms(secret, id, ctx)),
      isBinary: value.isBinary,
    };
  } catch (error) {
    throw said(error, encryptionFailure());
  }
}

/** @throws DecryptionFailure, AccessDeniedException */
export async function openValue(secret: Secret, id: string, store: Store, ctx: Context): Promise<GivenValue> {
  const value = store.collection(secretValues).look([secret.name, id]);
  if (!value) return {};
  try {
    const keyId = secret.versions[id]?.kmsKeyId;
    const asked = askingKms({ arn: secret.arn, ...(keyId !== undefined && { kmsKeyId: keyId }) }, id, ctx);
    const bytes = await unseal(ctx.call, value.envelope, asked);
    return value.isBinary ? { SecretBinary: bytes } : { SecretString: bytes.toString() };
  } catch (error) {
    throw said(error, decryptionFailure());
  }
}

const KEPT_UP: readonly string[] = [CURRENT, PENDING, PREVIOUS];

/**
 * What a secret's versions in use are under its new key. Whoever may not use that keeps them as they are:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
 * @throws DecryptionFailure, EncryptionFailure
 */
export async function resealed(
  after: Pick<Secret, "arn" | "kmsKeyId">,
  before: Secret,
  store: Store,
  ctx: Context,
): Promise<(readonly [id: string, value: SecretValue])[]> {
  const moved = [];
  for (const [id, { stages, isEmpty }] of Object.entries(before.versions)) {
    if (isEmpty || !stages.some((stage) => KEPT_UP.includes(stage))) continue;
    const value = givenValue(await openValue(before, id, store, ctx));
    if (!value) continue;
    try {
      moved.push([id, await sealValue(after, id, value, ctx)] as const);
    } catch (error) {
      if (error instanceof AwsError && error.code === "AccessDeniedException") return [];
      throw error;
    }
  }
  return moved;
}

/** Trouble that passes comes through as it is; the rest is Secrets Manager's own error. */
function said(error: unknown, otherwise: AwsError): unknown {
  if (!(error instanceof AwsError)) return error;
  if (/Internal/.test(error.code)) return internalServiceError();
  if (/AccessDenied|NotAuthorized/.test(error.code)) return noAccessToKms();
  return /Throttl|Unavailable|Dropped|Timeout/.test(error.code) ? error : otherwise;
}
