import { createCipheriv, createDecipheriv } from "node:crypto";
import { entropy } from "../core/entropy.ts";
import { LatelyOpened } from "../core/lately-opened.ts";
import { secretKey } from "../core/secret-key.ts";
import type { CallOptions, CallService } from "../core/service.ts";

/** Something kept under a KMS key as AWS's services keep it: a data key that KMS sealed, and what was encrypted with it. */
export interface Envelope {
  readonly keyArn: string;
  /** Base64 of the data key, as KMS gave it. */
  readonly dataKey: string;
  /** Base64 of nonce, ciphertext and tag. */
  readonly sealed: string;
}

export interface EnvelopeOptions extends CallOptions {
  readonly context: Readonly<Record<string, string>>;
}

const NONCE = 12;
const TAG = 16;

/**
 * Encrypts with a new data key of a KMS key.
 * @throws AwsError KMS's
 */
export async function seal(
  call: CallService,
  KeyId: string,
  bytes: Uint8Array,
  { context, ...options }: EnvelopeOptions,
): Promise<Envelope> {
  const input = { KeyId, KeySpec: "AES_256", EncryptionContext: context };
  type Answer = { KeyId: string; Plaintext: Uint8Array; CiphertextBlob: Uint8Array };
  const {
    Plaintext,
    CiphertextBlob,
    KeyId: keyArn,
  } = await call<Answer>("kms", "GenerateDataKey", input, options);
  const nonce = entropy(NONCE);
  const cipher = createCipheriv("aes-256-gcm", secretKey(Plaintext), nonce);
  const sealed = Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  return {
    keyArn,
    dataKey: Buffer.from(CiphertextBlob).toString("base64"),
    sealed: sealed.toString("base64"),
  };
}

const opened = new LatelyOpened();

/** @throws AwsError KMS's: the key is disabled, gone, denied */
export async function unseal(
  call: CallService,
  { keyArn, dataKey, sealed }: Envelope,
  { context, ...options }: EnvelopeOptions,
): Promise<Buffer> {
  const input = { KeyId: keyArn, CiphertextBlob: Buffer.from(dataKey, "base64"), EncryptionContext: context };
  const { Plaintext } = await call<{ Plaintext: Uint8Array }>("kms", "Decrypt", input, options);
  return opened.open(sealed, Buffer.from(Plaintext).toString("latin1"), () => decrypted(sealed, Plaintext));
}

function decrypted(sealed: string, dataKey: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed, "base64");
  const cipher = createDecipheriv("aes-256-gcm", secretKey(dataKey), bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  });
  cipher.setAuthTag(bytes.subarray(-TAG));
  const text = cipher.update(bytes.subarray(NONCE, -TAG));
  // GCM has given all by now: what is left is whether it is true.
  cipher.final();
  return text;
}
