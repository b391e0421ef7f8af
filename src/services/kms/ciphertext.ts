import { createCipheriv, createDecipheriv } from "node:crypto";
import { entropy } from "../../core/entropy.ts";
import { LatelyOpened } from "../../core/lately-opened.ts";
import { invalidCiphertext } from "./errors.ts";
import { type Material, symmetricKeyOf } from "./material.ts";

/**
 * What Encrypt makes with a symmetric key: a head that says which key and which of its materials, then AES-256-GCM with the
 * head and the encryption context as additional data.
 *
 *   1 version · 1 multi-region? · 6 account · 16 key id · 32 material id · 12 nonce · ciphertext · 16 tag
 */
const VERSION = 1;
const HEAD = 1 + 1 + 6 + 16 + 32;
const NONCE = 12;
const TAG = 16;

export interface CiphertextHead {
  readonly account: string;
  readonly keyId: string;
  readonly materialId: string;
}

export type EncryptionContext = Readonly<Record<string, string>> | undefined;

export function seal(
  head: Pick<CiphertextHead, "account" | "keyId">,
  material: Material,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const start = encodeHead({ ...head, materialId: material.id });
  const nonce = entropy(NONCE);
  const cipher = createCipheriv("aes-256-gcm", symmetricKeyOf(material), nonce);
  cipher.setAAD(Buffer.concat([start, Buffer.from(contextText(context))]));
  return Buffer.concat([start, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

const opened = new LatelyOpened();

/** @throws InvalidCiphertextException for another context, or a single bit that differs */
export function open(blob: Uint8Array, material: Material, context: EncryptionContext): Buffer {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  const bound = contextText(context);
  // A context's JSON has no line feed: where it ends and the blob begins is sure.
  const sealed = `${bound}\n${bytes.toString("latin1")}`;
  return opened.open(sealed, material.secret, () => decrypted(bytes, material, bound));
}

function decrypted(bytes: Buffer, material: Material, bound: string): Buffer {
  const nonce = bytes.subarray(HEAD, HEAD + NONCE);
  const cipher = createDecipheriv("aes-256-gcm", symmetricKeyOf(material), nonce, { authTagLength: TAG });
  cipher.setAAD(Buffer.concat([bytes.subarray(0, HEAD), Buffer.from(bound)]));
  cipher.setAuthTag(bytes.subarray(-TAG));
  try {
    const text = cipher.update(bytes.subarray(HEAD + NONCE, -TAG));
    // GCM has given all by now: what is left is whether it is true.
    cipher.final();
    return text;
  } catch {
    throw invalidCiphertext();
  }
}

function encodeHead({ account, keyId, materialId }: CiphertextHead): Buffer {
  const isMultiRegion = keyId.startsWith("mrk-");
  const head = Buffer.alloc(HEAD);
  head[0] = VERSION;
  head[1] = isMultiRegion ? 1 : 0;
  head.writeUIntBE(Number(account), 2, 6);
  head.write(keyId.replace(/^mrk-|-/g, ""), 8, 16, "hex");
  head.write(materialId, 24, 32, "hex");
  return head;
}

/** @throws InvalidCiphertextException for what is none */
export function readHead(blob: Uint8Array): CiphertextHead {
  if (blob.length < HEAD + NONCE + TAG || blob[0] !== VERSION || (blob[1] ?? 0) > 1)
    throw invalidCiphertext();
  const head = Buffer.from(blob.buffer, blob.byteOffset, HEAD);
  const hex = head.toString("hex", 8);
  const id = hex.slice(0, 32);
  return {
    account: String(head.readUIntBE(2, 6)).padStart(12, "0"),
    keyId: head[1] === 1 ? `mrk-${id}` : withDashes(id),
    materialId: hex.slice(32),
  };
}

/** 32 digits as a UUID. */
const withDashes = (id: string): string =>
  `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;

/** A context has no order. */
function contextText(context: EncryptionContext): string {
  const pairs = Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? "" : JSON.stringify(pairs);
}
