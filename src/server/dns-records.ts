import { isIPv4, isIPv6 } from "node:net";
import type { DnsRecord } from "../core/dns.ts";

/** Kinds of record by their numbers: https://www.iana.org/assignments/dns-parameters/dns-parameters.xhtml */
const TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  DS: 43,
  SSHFP: 44,
  TLSA: 52,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  CAA: 257,
};
const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(TYPES).map(([name, number]) => [number, name]),
);
const CLASS_IN = 1;
const LONGEST_STRING = 255;

/** `A` for 1; undefined for a kind that zones do not hold. */
export const typeName = (number: number): string | undefined => NAMES.get(number);

/** A record as it goes out (RFC 1035, 4.1.3); undefined for a value that cannot. */
export function encodeRecord({ name, type, ttlSeconds, value }: DnsRecord): Buffer | undefined {
  const number = TYPES[type];
  const content = number === undefined ? undefined : ENCODERS[type]?.(value.trim());
  if (number === undefined || content === undefined) return undefined;
  const head = Buffer.alloc(10);
  head.writeUInt16BE(number, 0);
  head.writeUInt16BE(CLASS_IN, 2);
  head.writeUInt32BE(ttlSeconds, 4);
  head.writeUInt16BE(content.length, 8);
  return Buffer.concat([encodeName(name), head, content]);
}

/** A name of a zone file, with its escapes (`\052`). */
function encodeName(name: string): Buffer {
  const bare = name.replace(/\.$/, "");
  const labels = bare === "" ? [] : bare.split(".");
  const encoded = labels.map((label) => {
    const bytes = Buffer.from(unescaped(label), "latin1");
    return Buffer.concat([Buffer.of(bytes.length), bytes]);
  });
  return Buffer.concat([...encoded, Buffer.of(0)]);
}

const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})|\\([\s\S])/g, (_, octal?: string, plain?: string) =>
    plain === undefined ? String.fromCharCode(Number.parseInt(octal ?? "", 8)) : plain,
  );

type Encode = (value: string) => Buffer | undefined;

const byte = (text: string | undefined): Buffer => Buffer.of(Number(text));
const short = (text: string | undefined): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(Number(text));
  return bytes;
};
const long = (text: string | undefined): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Number(text));
  return bytes;
};
const name = (text: string | undefined): Buffer => encodeName(text ?? "");
const hex = (text: string | undefined): Buffer => Buffer.from(text ?? "", "hex");

/** Fields apart by spaces, each in its own way. */
const fields =
  (...encoders: readonly ((text: string | undefined) => Buffer)[]): Encode =>
  (value) => {
    const given = value.split(/\s+/);
    return Buffer.concat(encoders.map((encode, at) => encode(given[at])));
  };

/** `"one" "two"`, each with its length before it. */
function strings(value: string): Buffer {
  const quoted = value.match(/"(?:[^"\\]|\\[\s\S])*"/g) ?? [];
  return Buffer.concat(
    quoted.map((text) => {
      const bytes = Buffer.from(unescaped(text.slice(1, -1)), "latin1").subarray(0, LONGEST_STRING);
      return Buffer.concat([Buffer.of(bytes.length), bytes]);
    }),
  );
}

function caa(value: string): Buffer | undefined {
  const [, flags, tag = "", text = ""] = /^(\d+)\s+([a-z0-9]+)\s+"([\s\S]*)"$/i.exec(value) ?? [];
  if (flags === undefined) return undefined;
  return Buffer.concat([byte(flags), Buffer.of(tag.length), Buffer.from(tag), Buffer.from(unescaped(text))]);
}

/** `100 10 "u" "sip+E2U" "!^.*$!sip:a@b.example!" .` */
function naptr(value: string): Buffer | undefined {
  const [, order, preference, texts = "", replacement] =
    /^(\d+)\s+(\d+)\s+((?:"(?:[^"\\]|\\[\s\S])*"\s+){3})(\S+)$/.exec(value) ?? [];
  if (replacement === undefined) return undefined;
  return Buffer.concat([short(order), short(preference), strings(texts), encodeName(replacement)]);
}

const ipv4: Encode = (value) => (isIPv4(value) ? Buffer.from(value.split(".").map(Number)) : undefined);

function ipv6(value: string): Buffer | undefined {
  if (!isIPv6(value)) return undefined;
  // As URLs have it, what is left of an embedded address of version 4 is hexadecimal, too.
  const plain = new URL(`http://[${value}]`).hostname.slice(1, -1);
  const [head = "", tail] = plain.split("::");
  const groups = (text: string | undefined) => (text ? text.split(":") : []);
  const [first, last] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => "0");
  return Buffer.concat(
    [...first, ...zeros, ...last].map((group) => short(String(Number.parseInt(group, 16)))),
  );
}

const ENCODERS: Readonly<Record<string, Encode>> = {
  A: ipv4,
  AAAA: ipv6,
  NS: name,
  CNAME: name,
  PTR: name,
  SOA: fields(name, name, long, long, long, long, long),
  MX: fields(short, name),
  SRV: fields(short, short, short, name),
  TXT: strings,
  SPF: strings,
  DS: fields(short, byte, byte, hex),
  SSHFP: fields(byte, byte, hex),
  TLSA: fields(byte, byte, byte, hex),
  NAPTR: naptr,
  CAA: caa,
};
