/** A report of `squall explore --report json=FILE`, as far as the page shows it; docs/explore.schema.json has it whole. */
export interface ExploreReport {
  readonly version: 1;
  readonly command: readonly string[];
  readonly tookMs: number;
  readonly baselineFailure?: string;
  readonly sites: readonly { readonly path: string }[];
  readonly singles: Progress;
  readonly pairs: Progress;
  readonly results: readonly Result[];
  readonly findings: readonly Finding[];
  readonly remarks: readonly { readonly check: string; readonly where: string; readonly what: string }[];
}

interface Progress {
  readonly planned: number;
  readonly done: number;
}

export interface Strike {
  readonly site: string;
  readonly fault: string;
}

export const VERDICTS = ["finding", "not-reached", "failed-cleanly", "survived"] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Result {
  readonly test?: string;
  readonly strikes: readonly Strike[];
  readonly verdict: Verdict;
  readonly title?: string;
  readonly story?: string;
  readonly why?: string;
}

export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly story: string;
  readonly strikes: readonly Strike[];
  readonly rules: readonly object[];
  readonly tests: readonly string[];
  readonly reproduced: number;
  readonly tries: number;
}

/** @throws Error for what is no report */
export function reportOf(text: string): ExploreReport {
  const read = JSON.parse(text) as Partial<ExploreReport> | null;
  const lists = [read?.sites, read?.results, read?.findings, read?.remarks, read?.command];
  if (read?.version !== 1 || !lists.every(Array.isArray) || !read.singles || !read.pairs)
    throw new Error("This is no report of squall explore --report json=FILE.");
  return read as ExploreReport;
}

/** A line of the heat map: a call with what single faults at it did, by fault. */
export interface Line {
  readonly path: string;
  readonly depth: number;
  readonly step: string;
  readonly cells: ReadonlyMap<string, readonly Result[]>;
}

/** The calls down, the faults across: those of which something was tried. */
export function heatMap({ sites, results }: ExploreReport): {
  readonly faults: readonly string[];
  readonly lines: readonly Line[];
} {
  const bySite = new Map<string, Map<string, Result[]>>();
  const faults = new Set<string>();
  for (const result of results) {
    const [strike, other] = result.strikes;
    if (!strike || other) continue;
    faults.add(strike.fault);
    const cells = bySite.get(strike.site) ?? new Map<string, Result[]>();
    bySite.set(strike.site, cells);
    cells.set(strike.fault, [...(cells.get(strike.fault) ?? []), result]);
  }
  const lines = sites.flatMap(({ path }) => {
    const cells = bySite.get(path);
    const steps = path.split(" > ");
    return cells ? [{ path, depth: Math.max(0, steps.length - 2), step: steps.at(-1) ?? path, cells }] : [];
  });
  return { faults: [...faults], lines };
}

/** Of several tests that try the same, the verdict that says most. */
export const worstOf = (results: readonly Result[]): Verdict =>
  VERDICTS.find((verdict) => results.some((result) => result.verdict === verdict)) ?? "survived";
