import { type KeyObject, sign } from "node:crypto";

/** Just enough DER to write one kind of X.509 certificate: RSA, SHA-256, self-signed, one common name. */
const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const digits = body.length < 128 ? [body.length] : lengthOf(body.length);
  return Buffer.concat([Buffer.from([tag, ...digits]), body]);
};

function lengthOf(length: number): number[] {
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

const SEQUENCE = 0x30;
const SET = 0x31;
const OID_COMMON_NAME = Buffer.from("0603550403", "hex");
/** sha256WithRSAEncryption with its NULL parameter. */
const ALGORITHM = Buffer.from("300d06092a864886f70d01010b0500", "hex");

const time = (at: Date): Buffer =>
  der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));

export interface CertificateSubject {
  readonly commonName: string;
  /** Hexadecimal digits. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A self-signed certificate as PEM. */
export function selfSigned(
  keys: { publicKey: KeyObject; privateKey: KeyObject },
  subject: CertificateSubject,
): string {
  const commonName = der(0x0c, Buffer.from(subject.commonName));
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, OID_COMMON_NAME, commonName)));
  const body = der(
    SEQUENCE,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from(`01${subject.serial}`, "hex")),
    ALGORITHM,
    name,
    der(SEQUENCE, time(subject.notBefore), time(subject.notAfter)),
    name,
    keys.publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", body, keys.privateKey);
  const certificate = der(SEQUENCE, body, ALGORITHM, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----`;
}
