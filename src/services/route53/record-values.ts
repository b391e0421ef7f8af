import { isIPv4, isIPv6 } from "node:net";
import { problemOf } from "./names.ts";

/** What is wrong with a value, by its type; undefined when nothing is. Codes and texts of addresses, names and quotes are AWS's, others inferred. */
type Check = (value: string) => string | undefined;

const QUOTED = /^(?:"(?:[^"\\]|\\[\s\S])*"\s*)+$/;
const LONGEST_STRING = 255;
const HEX = /^[0-9a-f]+$/i;

const ipv4: Check = (value) =>
  isIPv4(value) ? undefined : "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)";
const ipv6: Check = (value) =>
  isIPv6(value) ? undefined : "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)";

/** One field, without spaces. */
const single =
  (type: string, check: Check): Check =>
  (value) =>
    /\s/.test(value) ? `${type}RRDATANotSingleField (Value contains spaces)` : check(value);

function nameOnly(value: string): string | undefined {
  const problem = problemOf(value);
  return value === "." || problem === undefined
    ? undefined
    : problem.replace(/^FATAL problem: | encountered with .*$/gs, "");
}

function strings(value: string): string | undefined {
  if (!QUOTED.test(value)) return "InvalidCharacterString (Value should be enclosed in quotation marks)";
  const isLong = (value.match(/"(?:[^"\\]|\\[\s\S])*"/g) ?? []).some(
    (text) => text.slice(1, -1).replace(/\\(?:[0-7]{3}|[\s\S])/g, "x").length > LONGEST_STRING,
  );
  return isLong ? "CharacterStringTooLong (Value is too long)" : undefined;
}

/** Fields apart by spaces: numbers of so many bits, names, hexadecimal digits. */
const fields =
  (kind: string, count: string, ...checks: readonly Check[]): Check =>
  (value) => {
    const given = value.trim().split(/\s+/);
    if (given.length !== checks.length)
      return `${kind}RRDATANot${count}Fields (${kind} record doesn't have ${checks.length} fields)`;
    for (const [at, check] of checks.entries()) {
      const problem = check(given[at] ?? "");
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

const upTo =
  (most: number): Check =>
  (text) =>
    /^\d+$/.test(text) && Number(text) <= most
      ? undefined
      : `InvalidNumber (Value is not a number from 0 to ${most})`;
const byte = upTo(0xff);
const short = upTo(0xffff);
const long = upTo(0xffff_ffff);
const hex: Check = (text) => (HEX.test(text) ? undefined : "InvalidHexadecimal (Value is not hexadecimal)");

const caa: Check = (value) => {
  const [, flags = "", tag = "", text = ""] = /^(\d+)\s+([a-z0-9]+)\s+("[\s\S]*")$/i.exec(value.trim()) ?? [];
  return tag === ""
    ? "CAARRDATANotThreeFields (CAA record doesn't have 3 fields)"
    : (byte(flags) ?? strings(text));
};

const CHECKS: Readonly<Record<string, Check>> = {
  A: single("A", ipv4),
  AAAA: single("AAAA", ipv6),
  CNAME: single("CNAME", nameOnly),
  NS: single("NS", nameOnly),
  PTR: single("PTR", nameOnly),
  TXT: strings,
  SPF: strings,
  MX: fields("MX", "Two", short, nameOnly),
  SRV: fields("SRV", "Four", short, short, short, nameOnly),
  SOA: fields("SOA", "Seven", nameOnly, nameOnly, long, long, long, long, long),
  DS: fields("DS", "Four", short, byte, byte, hex),
  SSHFP: fields("SSHFP", "Three", byte, byte, hex),
  TLSA: fields("TLSA", "Four", byte, byte, byte, hex),
  CAA: caa,
};

/** What is wrong with a value of a type, as InvalidChangeBatch says it. */
export function complaintOf(type: string, value: string): string | undefined {
  const problem = CHECKS[type]?.(value);
  return problem && `Invalid Resource Record: 'FATAL problem: ${problem} encountered with '${value}''`;
}
