/**
 * A self-signed X.509 v3 certificate for a key of our own, so that signatures verify with any library.
 * DER by hand: Node reads certificates but does not make them. RFC 5280, section 4.1.
 */

import { createPublicKey, type KeyObject, sign } from "node:crypto";
import { tagged } from "../../core/der.ts";

const SHA256_WITH_RSA = "1.2.840.113549.1.1.11";
const COMMON_NAME = "2.5.4.3";
const BASIC_CONSTRAINTS = "2.5.29.19";

/**
 * @param serial up to 16 bytes
 * @returns the certificate in PEM, valid from `fromMs` (epoch) for ten years
 */
export function selfSignedCertificate(
  key: KeyObject,
  commonName: string,
  serial: Uint8Array,
  fromMs: number,
): string {
  const algorithm = sequence(objectId(SHA256_WITH_RSA), tagged(0x05));
  const name = sequence(tagged(0x31, sequence(objectId(COMMON_NAME), tagged(0x0c, Buffer.from(commonName)))));
  const until = new Date(fromMs);
  until.setUTCFullYear(until.getUTCFullYear() + 10);
  const constraints = sequence(objectId(BASIC_CONSTRAINTS), tagged(0x04, sequence()));
  const body = sequence(
    tagged(0xa0, integer(Uint8Array.of(2))),
    integer(serial),
    algorithm,
    name,
    sequence(time(new Date(fromMs)), time(until)),
    name,
    createPublicKey(key).export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(constraints)),
  );
  const signature = sign("RSA-SHA256", body, key);
  const certificate = sequence(body, algorithm, tagged(0x03, Uint8Array.of(0), signature));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const sequence = (...contents: Uint8Array[]) => tagged(0x30, ...contents);

/** A positive integer: a leading zero keeps the sign bit clear. */
function integer(bytes: Uint8Array): Buffer {
  return (bytes[0] ?? 0) & 0x80 ? tagged(0x02, Uint8Array.of(0), bytes) : tagged(0x02, bytes);
}

/** UTCTime: `YYMMDDhhmmssZ`. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[^0-9]/g, "");
  return tagged(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

function objectId(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split(".").map(Number) as [number, number, ...number[]];
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tagged(0x06, Uint8Array.from(bytes));
}
