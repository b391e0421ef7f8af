import type { ResourceDigest } from "../aws/digest.ts";
import type { CallRecord } from "../core/bus.ts";

/** What checks look at: what was called, as it began, and what is there. */
export interface Evidence {
  readonly calls: readonly CallRecord[];
  readonly resources: readonly ResourceDigest[];
}

/** One thing that a check has seen. */
export interface Remark {
  /** The resource, or the calls. */
  readonly where: string;
  readonly what: string;
}

/** What goes wrong one day, seen in traffic that goes well. */
export interface Check {
  /** `visibility-below-timeout`; also its file's name, and its heading in docs/guide/checks.md. */
  readonly id: string;
  readonly title: string;
  /** Why it matters, and how to mend it. */
  readonly why: string;
  readonly mend: string;
  look(evidence: Evidence): Iterable<Remark>;
}

/** Types a check where it is written. */
export const defineCheck = (check: Check): Check => check;
