/** A block of addresses: the first one, and how many bits all of them share. */
export interface Block {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly bits: number;
}

const WIDTH = { 4: 32, 6: 128 } as const;

/** `10.0.1.7/16` → 10.0.0.0/16, as AWS reads it; undefined for what is no block. */
export function parseCidr(text: string): Block | undefined {
  const [, address = "", length = ""] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = address.includes(":") ? 6 : 4;
  const value = family === 6 ? parseIpv6(address) : parseIpv4(address);
  const bits = Number(length);
  if (value === undefined || length === "" || bits > WIDTH[family]) return undefined;
  const free = BigInt(WIDTH[family] - bits);
  return { family, first: (value >> free) << free, bits };
}

/** `10.0.0.0/16` */
export const formatCidr = ({ family, first, bits }: Block): string =>
  `${family === 4 ? formatIpv4(first) : formatIpv6(first)}/${bits}`;

export function contains(outer: Block, inner: Block): boolean {
  if (outer.family !== inner.family || outer.bits > inner.bits) return false;
  const free = BigInt(WIDTH[outer.family] - outer.bits);
  return outer.first >> free === inner.first >> free;
}

export const overlaps = (a: Block, b: Block): boolean => contains(a, b) || contains(b, a);

/** How many addresses it has. */
export const sizeOf = ({ family, bits }: Block): bigint => 1n << BigInt(WIDTH[family] - bits);

/** The address as a block of one; undefined for what is no address. */
export const parseAddress = (text: string): Block | undefined =>
  parseCidr(`${text}/${text.includes(":") ? 128 : 32}`);

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

export const formatIpv4 = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");

function parseIpv6(text: string): bigint | undefined {
  const [head = "", tail, more] = text.split("::");
  if (more !== undefined) return undefined;
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const left = groups(head);
  const right = groups(tail ?? "");
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...left, ...Array.from({ length: Math.max(missing, 0) }, () => "0"), ...right];
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return all.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

/** As RFC 5952 has it: the longest run of zeros is left out. */
function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => (value >> BigInt(16 * (7 - at))) & 0xffffn);
  let run = { from: 0, length: 1 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (from + length < 8 && groups[from + length] === 0n) length++;
    if (length > run.length) run = { from, length };
  }
  const text = (part: readonly bigint[]) => part.map((group) => group.toString(16)).join(":");
  if (run.length === 1) return text(groups);
  return `${text(groups.slice(0, run.from))}::${text(groups.slice(run.from + run.length))}`;
}
