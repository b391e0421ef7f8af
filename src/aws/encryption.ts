import { AwsError } from "../core/aws-error.ts";
import type { Caller } from "../core/call.ts";
import type { CallService } from "../core/service.ts";
import { defineCollection, type Store } from "../core/storage.ts";
import type { InputPath } from "./input-path.ts";
import type { KmsRefusal } from "./kms-refusal.ts";

/**
 * What an operation does with the key that its resource lies under: `encrypts` (a new data key for what it writes), `decrypts`
 * (the data key of what was written), `opens` (the one data key of the resource, made when there is none), `tries` (whether the
 * key can be used at all, before a resource is given it).
 */
export type KeyUse = "encrypts" | "decrypts" | "opens" | "tries";

/** A resource whose contents lie under a key of KMS that its user has named, and what uses that key. */
// biome-ignore lint/suspicious/noExplicitAny: as for ResourceDeclaration
export interface EncryptionDeclaration<V = any> {
  /** The key's id, ARN or alias; undefined for a resource under no key of a user's. */
  key(record: V): string | undefined;
  readonly uses: Readonly<Record<string, Exclude<KeyUse, "tries">>>;
  /** Operations that give a resource its key, which must be one that can be used, and where their inputs name it. */
  readonly gives?: Readonly<Record<string, InputPath>>;
  /** What KMS is told that the key is used for: https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html */
  context(arn: string): Readonly<Record<string, string>>;
  /** Who needs to be allowed to use the key: whoever calls, or the service. */
  readonly as: "caller" | "service";
  refusal: KmsRefusal;
  /** The refusal where a resource is given its key. Default: the same. */
  readonly refusalOfGift?: KmsRefusal;
}

/** Types what a declaration of encryption gets. */
export const defineEncryption = <V>(declaration: EncryptionDeclaration<V>): EncryptionDeclaration<V> =>
  declaration;

/** Data keys as KMS gave them, in base64, by the ARN of the resource and the key as it was named. */
const dataKeys = defineCollection<string>({ name: "data-keys" });

/** A resource under a key, for one use of it. */
export interface Protected {
  readonly arn: string;
  readonly key: string;
  readonly context: Readonly<Record<string, string>>;
  readonly account: string;
  readonly region: string;
  /** Default: the service. */
  readonly as?: Caller;
}

/** Is it AWS's own key of a service? It is there as soon as that service asks for it, and for all who may use the service. */
export const isAwsKey = (key: string): boolean => /(?:^|:)alias\/aws\//.test(key);

/**
 * Asks KMS for what a use of a key needs. Contents lie as they are: it is the key that decides whether they can be had.
 * @throws AwsError KMS's
 */
async function useKey(
  use: KeyUse,
  { arn, key, context, as, ...place }: Protected,
  store: Store,
  call: CallService,
): Promise<void> {
  const options = { ...place, ...(as && !isAwsKey(key) && { as }) };
  const kept = store.collection(dataKeys);
  const dataKey = kept.get([arn, key]);
  if (use === "encrypts" || use === "tries" || (use === "opens" && dataKey === undefined)) {
    const { CiphertextBlob } = await call<{ CiphertextBlob: Uint8Array }>(
      "kms",
      "GenerateDataKey",
      { KeyId: key, KeySpec: "AES_256", EncryptionContext: context },
      options,
    );
    if (use !== "tries" && dataKey === undefined)
      kept.put([arn, key], Buffer.from(CiphertextBlob).toString("base64"));
  } else if (dataKey !== undefined) {
    // What was written before there was a key needs none.
    await call(
      "kms",
      "Decrypt",
      { CiphertextBlob: Buffer.from(dataKey, "base64"), EncryptionContext: context },
      options,
    );
  }
}

/** As `useKey`, with KMS's refusal in the words of the service. */
export async function useKeyOf(
  { refusal }: { readonly refusal: KmsRefusal },
  ...asked: Parameters<typeof useKey>
): Promise<void> {
  try {
    await useKey(...asked);
  } catch (error) {
    throw error instanceof AwsError ? refusal(error, { resource: asked[1].arn }) : error;
  }
}
