import { createHash, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { describePage } from "../describing.ts";
import { dryRunOperation, keyPairDuplicate, keyPairFormat, keyPairNotFound, notServed } from "../errors.ts";
import { all, has, idFor, remove, save } from "../kind.ts";
import { tagsFor } from "../tag-specifications.ts";
import { type KeyPairRecord, keyPairs } from "./key-pair.ts";

const RSA_BITS = 2048;
const generate = promisify(generateKeyPair);

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html: it waits for the key. */
export const keyMaking: Handlers<EC2.Operations> = {
  async CreateKeyPair({ KeyName, KeyType = "rsa", KeyFormat = "pem", TagSpecifications, DryRun }, ctx) {
    if (KeyType !== "rsa" || KeyFormat !== "pem")
      throw notServed(
        `the making of ${KeyType} keys in the format ${KeyFormat}: rsa in pem is, and ImportKeyPair takes others`,
      );
    checkName(KeyName, ctx);
    const tags = tagsFor("key-pair", TagSpecifications);
    if (DryRun === true) throw dryRunOperation();
    const { privateKey, publicKey } = await generate("rsa", { modulusLength: RSA_BITS });
    return ctx.store.transaction(() => {
      checkName(KeyName, ctx);
      const pair = keep(
        {
          name: KeyName,
          keyType: "rsa",
          fingerprint: digest("sha1", privateKey.export({ type: "pkcs8", format: "der" })),
          publicKey: openSsh(publicKey, KeyName),
          tags,
        },
        ctx,
      );
      return {
        ...keyPairs.describe(pair, ctx),
        KeyMaterial: String(privateKey.export({ type: "pkcs1", format: "pem" })).trimEnd(),
      };
    });
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html and its neighbours */
export const keyPairOperations: Handlers<EC2.Operations> = {
  ImportKeyPair({ KeyName, PublicKeyMaterial, TagSpecifications }, ctx) {
    checkName(KeyName, ctx);
    const text = Buffer.from(PublicKeyMaterial).toString("utf8").trim();
    const [algorithm = "", base64 = ""] = text.split(/\s+/);
    const isRsa = algorithm === "ssh-rsa";
    if ((!isRsa && algorithm !== "ssh-ed25519") || base64 === "") throw keyPairFormat();
    const blob = Buffer.from(base64, "base64");
    const pair = keep(
      {
        name: KeyName,
        keyType: isRsa ? "rsa" : "ed25519",
        fingerprint: isRsa ? digest("md5", rsaDer(blob)) : createHash("sha256").update(blob).digest("base64"),
        publicKey: text,
        tags: tagsFor("key-pair", TagSpecifications),
      },
      ctx,
    );
    return keyPairs.describe(pair, ctx);
  },

  DescribeKeyPairs({ KeyNames = [], KeyPairIds, Filters, IncludePublicKey }, ctx) {
    const unknown = KeyNames.find((name) => !has(keyPairs, ctx, (one) => one.name === name));
    if (unknown !== undefined) throw keyPairNotFound(unknown);
    const { items } = describePage(
      keyPairs,
      KeyPairIds,
      { Filters },
      ctx,
      ({ name }) => KeyNames.length === 0 || KeyNames.includes(name),
    );
    if (!IncludePublicKey) return { KeyPairs: items };
    const kept = new Map(all(keyPairs, ctx).map((pair) => [pair.id, pair.publicKey]));
    return { KeyPairs: items.map((one) => ({ ...one, PublicKey: kept.get(one.KeyPairId ?? "") ?? "" })) };
  },

  /** What is not there is deleted just as well. */
  DeleteKeyPair({ KeyName, KeyPairId }, ctx) {
    const pair = all(keyPairs, ctx).find(({ id, name }) => id === KeyPairId || name === KeyName);
    if (pair) remove(keyPairs, pair, ctx);
    return { Return: true, ...(pair && { KeyPairId: pair.id }) };
  },
};

function checkName(name: string, ctx: Context): void {
  if (has(keyPairs, ctx, (one) => one.name === name)) throw keyPairDuplicate(name);
}

const keep = (pair: Omit<KeyPairRecord, "id" | "createdMs">, ctx: Context): KeyPairRecord =>
  save(keyPairs, { ...pair, id: idFor(keyPairs, ctx), createdMs: ctx.clock.now() }, ctx);

/** `1f:51:ae:…` */
const digest = (algorithm: string, bytes: Uint8Array): string =>
  (createHash(algorithm).update(bytes).digest("hex").match(/../g) ?? []).join(":");

/** `ssh-rsa AAAA… name` */
function openSsh(key: KeyObject, name: string): string {
  const { n = "", e = "" } = key.export({ format: "jwk" });
  const blob = Buffer.concat([
    field(Buffer.from("ssh-rsa")),
    field(number(Buffer.from(e, "base64url"))),
    field(number(Buffer.from(n, "base64url"))),
  ]);
  return `ssh-rsa ${blob.toString("base64")} ${name}`;
}

const number = (bytes: Buffer): Buffer =>
  (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A public key in DER, which is what AWS takes the fingerprint of. */
function rsaDer(blob: Buffer): Uint8Array {
  try {
    const [, e, n] = fields(blob);
    const base64 = (bytes: Buffer | undefined) => Buffer.from(bytes ?? []).toString("base64url");
    const bare = n?.[0] === 0 ? n.subarray(1) : n;
    return createPublicKey({ key: { kty: "RSA", n: base64(bare), e: base64(e) }, format: "jwk" }).export({
      type: "spki",
      format: "der",
    });
  } catch {
    throw keyPairFormat();
  }
}

function fields(blob: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 4 <= blob.length; ) {
    const length = blob.readUInt32BE(at);
    found.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}
