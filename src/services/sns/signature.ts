/**
 * Signatures of SNS messages, and the certificate that verifies them.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */

import { createPrivateKey, generateKeyPair, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { BoundedMap } from "../../core/bounded-map.ts";
import type { ServiceHost } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { selfSignedCertificate } from "./certificate.ts";

/** `1` is SHA1withRSA, `2` SHA256withRSA. */
export type SignatureVersion = "1" | "2";

interface SigningKey {
  readonly privateKey: string;
  readonly certificate: string;
}

const signingKeys = defineCollection<SigningKey>({ name: "signing-keys" });

const KEY_BITS = 2048;
const SERIAL_BYTES = 16;
const MAX_RECENT = 32;
const FILE = "SimpleNotificationService-7371756c6c2d736e732d636572742121.pem";

/** Where the certificate is served. */
export const CERTIFICATE_PATH = `/_aws/sns/${FILE}`;

const SIGNED_MEMBERS = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: [
    "Message",
    "MessageId",
    "SubscribeURL",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
  ],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
} as const;

export type MessageType = keyof typeof SIGNED_MEMBERS;

/** The text that is signed: the members that there are, each as its name and its value on lines of their own. */
export function textToSign(
  message: { readonly Type: MessageType } & Readonly<Record<string, unknown>>,
): string {
  return SIGNED_MEMBERS[message.Type]
    .filter((name) => typeof message[name] === "string")
    .map((name) => `${name}\n${message[name]}\n`)
    .join("");
}

const signAsync = promisify(sign) as unknown as (
  algorithm: string,
  body: Uint8Array,
  key: KeyObject,
) => Promise<Buffer>;

/** The one key of a cloud: made when first asked for, kept so that a restart does not void what is signed. */
export class Signer {
  readonly #host: ServiceHost;
  #key: Promise<{ readonly key: KeyObject; readonly certificate: string }> | undefined;
  /** The latest signatures by what they sign: the subscriptions of a topic get the same text. */
  readonly #recent = new BoundedMap<Promise<string>>(MAX_RECENT);

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** Base64, as `Signature` carries it. */
  sign(text: string, version: SignatureVersion): Promise<string> {
    const recent = `${version}${text}`;
    let signature = this.#recent.get(recent);
    if (!signature) {
      signature = this.#sign(text, version);
      this.#recent.set(recent, signature);
      signature.catch(() => this.#recent.delete(recent));
    }
    return signature;
  }

  async #sign(text: string, version: SignatureVersion): Promise<string> {
    const { key } = await this.#ready();
    const signature = await signAsync(version === "2" ? "RSA-SHA256" : "RSA-SHA1", Buffer.from(text), key);
    return signature.toString("base64");
  }

  /** The certificate in PEM. */
  async certificate(): Promise<string> {
    return (await this.#ready()).certificate;
  }

  certificateUrl(): string {
    return this.#host.endpoint.url() + CERTIFICATE_PATH;
  }

  #ready() {
    if (this.#key) return this.#key;
    const key = this.#load();
    this.#key = key;
    // What could not be made or kept is made anew by who asks next.
    const forget = () => {
      if (this.#key === key) this.#key = undefined;
    };
    key.catch(forget);
    return key;
  }

  async #load() {
    // The key belongs to no account and no region.
    const keys = this.#host.store("", "").collection(signingKeys);
    const kept = keys.get(["rsa"]);
    if (kept) return { key: createPrivateKey(kept.privateKey), certificate: kept.certificate };
    const { privateKey: key } = await promisify(generateKeyPair)("rsa", { modulusLength: KEY_BITS });
    const serial = this.#host.random.bytes(SERIAL_BYTES);
    const certificate = selfSignedCertificate(key, "sns.amazonaws.com", serial, this.#host.clock.now());
    keys.put(["rsa"], { privateKey: key.export({ type: "pkcs8", format: "pem" }) as string, certificate });
    await this.#host.storage.flushed();
    return { key, certificate };
  }
}
