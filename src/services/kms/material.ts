import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { promisify } from "node:util";
import { BoundedMap } from "../../core/bounded-map.ts";
import { secretKey } from "../../core/secret-key.ts";
import { type KeySpec, keySpec } from "./key-spec.ts";

/** The secret of a key, one for each rotation of it. */
export interface Material {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Base64 of a secret, or of a private key as PKCS #8 DER. */
  readonly secret: string;
  /** Of imported material: what it is called, and when it is no more. */
  readonly description?: string;
  readonly validToMs?: number;
  /** Imported as the next, and not yet rotated to. */
  readonly isPending?: true;
  /** Was deleted or has expired, and can be imported again. `secret` is empty then and this its digest. */
  readonly goneDigest?: string;
  /** How it became current; absent for the first. */
  readonly rotation?: { readonly atMs: number; readonly type: "AUTOMATIC" | "ON_DEMAND" };
}

const makePair = promisify(generateKeyPair) as unknown as (
  type: string,
  options: object,
) => Promise<{ publicKey: KeyObject; privateKey: KeyObject }>;

/** A new private key of a spec, as PKCS #8 DER, off the event loop: large RSA keys take a second. */
export async function newKeyPair(spec: KeySpec): Promise<{ privateKey: Buffer; publicKey: Buffer }> {
  const { publicKey, privateKey } = await makePair(...pairOptions(spec));
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "der" }),
    publicKey: publicKey.export({ type: "spki", format: "der" }),
  };
}

function pairOptions({ kind, size, curve }: KeySpec): [string, object] {
  if (kind === "rsa") return ["rsa", { modulusLength: size }];
  if (kind === "ec") return ["ec", { namedCurve: curve }];
  return [curve ?? kind, {}];
}

export const isSecret = ({ kind }: KeySpec) => kind === "symmetric" || kind === "hmac";

/** Real randomness, not the seed's: what is encrypted with it may be worth keeping. */
export function newSecret(spec: string, keyId: string): Material {
  return materialOf(randomBytes(keySpec(spec).size), keyId);
}

export function materialOf(secret: Uint8Array, keyId: string): Material {
  return { id: digestOf(secret, keyId), secret: Buffer.from(secret).toString("base64") };
}

/** A material's id: the same secret in the same key has the same. */
export const digestOf = (secret: Uint8Array, keyId: string): string =>
  createHash("sha256").update(keyId).update(secret).digest("hex");

export const secretOf = ({ secret }: Material): Buffer => Buffer.from(secret, "base64");

/** Keys of secrets that are used again and again, by the secret. */
const symmetricKeys = new BoundedMap<KeyObject>(1_000);

/** The secret of a symmetric key or of one for MACs. */
export function symmetricKeyOf(material: Material): KeyObject {
  let key = symmetricKeys.get(material.secret);
  if (!key) {
    key = secretKey(secretOf(material));
    symmetricKeys.set(material.secret, key);
  }
  return key;
}

export const privateKeyOf = (material: Material): KeyObject =>
  createPrivateKey({ key: secretOf(material), format: "der", type: "pkcs8" });

export const publicKeyOf = (material: Material): KeyObject => createPublicKey(privateKeyOf(material));

export const publicDerOf = (material: Material): Buffer =>
  publicKeyOf(material).export({ type: "spki", format: "der" });
