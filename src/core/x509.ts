import { type KeyObject, sign } from "node:crypto";
import { tagged } from "./der.ts";

const SEQUENCE = 0x30;
const SET = 0x31;
const OID_COMMON_NAME = Buffer.from("0603550403", "hex");
/** sha256WithRSAEncryption with its NULL parameter. */
const ALGORITHM = Buffer.from("300d06092a864886f70d01010b0500", "hex");

const time = (at: Date): Buffer =>
  tagged(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));

export interface CertificateSubject {
  readonly commonName: string;
  /** Hexadecimal digits. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A certificate of one kind as PEM: RSA, SHA-256, self-signed, one common name. */
export function selfSigned(
  keys: { publicKey: KeyObject; privateKey: KeyObject },
  subject: CertificateSubject,
): string {
  const commonName = tagged(0x0c, Buffer.from(subject.commonName));
  const name = tagged(SEQUENCE, tagged(SET, tagged(SEQUENCE, OID_COMMON_NAME, commonName)));
  const body = tagged(
    SEQUENCE,
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from(`01${subject.serial}`, "hex")),
    ALGORITHM,
    name,
    tagged(SEQUENCE, time(subject.notBefore), time(subject.notAfter)),
    name,
    keys.publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", body, keys.privateKey);
  const certificate = tagged(SEQUENCE, body, ALGORITHM, tagged(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----`;
}
