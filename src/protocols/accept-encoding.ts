/** How a body may be coded: RFC 9110's `gzip`, and `deflate`, which is zlib's format. */
export type ContentCoding = "gzip" | "deflate";

/**
 * The coding in which a client wants its answer, of those that a service has, in the service's order; undefined for none.
 * What DynamoDB was seen to make of unusual headers: the first among equals wins, `*` stands for what is not named and comes
 * behind it, `identity` is never preferred, of several weights of a coding the best counts, a weight that is no number is 1.
 */
export function codingFor(
  acceptEncoding: string | undefined,
  offered: readonly ContentCoding[],
): ContentCoding | undefined {
  if (acceptEncoding === undefined || acceptEncoding === "") return undefined;
  const weights = new Map<string, number>();
  for (const entry of acceptEncoding.split(",")) {
    const [name = "", ...parameters] = entry.split(";").map((part) => part.trim());
    const coding = name.toLowerCase();
    weights.set(coding, Math.max(weights.get(coding) ?? 0, weightOf(parameters)));
  }
  const named = [...weights.keys()].filter((name): name is ContentCoding => isOffered(name, offered));
  const others = offered.filter((coding) => !weights.has(coding));
  const weighed = [
    ...named.map((coding) => ({ coding, weight: weights.get(coding) ?? 0 })),
    ...others.map((coding) => ({ coding, weight: weights.get("*") ?? 0 })),
  ];
  const best = Math.max(...weighed.map(({ weight }) => weight));
  return best > 0 ? weighed.find(({ weight }) => weight === best)?.coding : undefined;
}

function isOffered(name: string, offered: readonly string[]): boolean {
  return offered.includes(name);
}

/** The first `q` of an entry's parameters, from 0 to 1. */
function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const weight = /^q\s*=\s*(.*)$/i.exec(parameter)?.[1];
    if (weight === undefined) continue;
    return /^-?(\d+\.?\d*|\.\d+)$/.test(weight) ? Math.min(1, Math.max(0, Number(weight))) : 1;
  }
  return 1;
}
