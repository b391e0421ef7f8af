import type { Site } from "../sites.ts";

/** One call of the tree, or what is above one. */
export interface TreeRow {
  /** 0 for a root. */
  readonly depth: number;
  readonly step: string;
  /** Absent where only what lies below is tried. */
  readonly site?: Site;
}

interface Node {
  readonly step: string;
  site?: Site;
  readonly children: Node[];
}

/** Sites with all that is above them, each below what has led to it. */
export function callTree(sites: readonly Site[]): TreeRow[] {
  const root: Node = { step: "", children: [] };
  for (const site of sites) {
    let at = root;
    site.steps.forEach((step, depth) => {
      const isLast = depth === site.steps.length - 1;
      const known = at.children.find((child) => child.step === step || (!isLast && isSame(child.step, step)));
      const next = known ?? { step, children: [] };
      if (known === undefined) at.children.push(next);
      if (isLast) next.site = site;
      at = next;
    });
  }
  return root.children.flatMap((child) => rowsOf(child, 0));
}

/** Above others, what services do goes without its ordinal. */
const isSame = (own: string, above: string): boolean => own.replace(/#\d+$/, "") === above;

const rowsOf = ({ step, site, children }: Node, depth: number): TreeRow[] => [
  { depth, step, ...(site && { site }) },
  ...children.flatMap((child) => rowsOf(child, depth + 1)),
];
