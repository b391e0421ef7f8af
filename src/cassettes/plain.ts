/*
 * Values as a person reads them in a file, and back: bytes and times have forms of their own, and the host that clients have
 * reached Squall by is written as `{host}`, so that what was recorded at one port is played at another.
 */

const HOST = "//{host}";

export function toPlain(value: unknown, host: string): unknown {
  if (typeof value === "string") return host === "" ? value : value.replaceAll(`//${host}`, HOST);
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (value instanceof Date) return { $time: value.toISOString() };
  if (Array.isArray(value)) return value.map((item) => toPlain(item, host));
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, toPlain(member, host)]));
}

export function fromPlain(value: unknown, host: string): unknown {
  if (typeof value === "string") return value.replaceAll(HOST, `//${host}`);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => fromPlain(item, host));
  const { $bytes, $time } = value as { $bytes?: unknown; $time?: unknown };
  if (typeof $bytes === "string") return new Uint8Array(Buffer.from($bytes, "base64"));
  if (typeof $time === "string") return new Date($time);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromPlain(member, host)]));
}
