import type { Verdict } from "./judge.ts";
import type { Experiment } from "./plan.ts";
import { callsAt, nameOfStep, type Site } from "./sites.ts";
import type { Trial } from "./trial.ts";

/**
 * What earlier runs say about later ones, so that these need not be made:
 * - what a fault does at the first call of a loop is a finding already, so it would be the same one at the last;
 * - an SDK has tried a kind of failure again by itself, and nobody above it has noticed: it does so for all calls of that
 *   service by that program.
 */
export class Foreseen {
  readonly #findings = new Map<string, string>();
  readonly #absorbed = new Map<string, string>();

  learn(experiment: Experiment, verdict: Verdict, trial: Trial): void {
    const [strike, ...others] = experiment.strikes;
    if (strike === undefined || others.length > 0) return;
    const { site, kind } = strike;
    if (verdict.kind === "finding") this.#findings.set(`${site.path} × ${kind.name}`, verdict.title);
    const client = clientOf(site);
    if (verdict.kind === "survived" && client !== undefined && kind.isAbsorbed && isAbsorbed(site, trial))
      this.#absorbed.set(`${client} × ${kind.name}`, nameOfStep(site.steps.at(-1) ?? ""));
  }

  /** Why a run would show nothing new. */
  reasonToPass({ strikes, like }: Experiment): string | undefined {
    const [strike, ...others] = strikes;
    if (strike === undefined || others.length > 0) return undefined;
    const { site, kind } = strike;
    if (like !== undefined && this.#findings.has(`${like.path} × ${kind.name}`))
      return "at the first call of its loop it is a finding already";
    const client = kind.isAbsorbed ? clientOf(site) : undefined;
    const seen = client && this.#absorbed.get(`${client} × ${kind.name}`);
    return seen && `its SDK tries again by itself, as seen at ${seen}`;
  }
}

/**
 * The SDK client behind a site, as far as its calls tell: the function that it is in, the service, how it retries. S3's
 * calls are told apart, too: a body that is a stream cannot be sent again.
 */
function clientOf({ steps, service, operation, attempts, isInternal }: Site): string | undefined {
  const [first] = attempts;
  if (isInternal || first?.invocationId === undefined || first.userAgent === undefined) return undefined;
  const inside = steps.findLast((step) => step.startsWith("lambda.Invoke")) ?? steps[0] ?? "";
  const retryMode = /cfg\/retry-mode#\w+/.exec(first.userAgent)?.[0];
  const [sdk = ""] = first.userAgent.split(" ");
  return [
    nameOfStep(inside),
    service,
    service === "s3" && operation,
    sdk,
    retryMode,
    first.mostAttempts,
  ].join(" ");
}

/** The same SDK call was made again, and was answered well. */
function isAbsorbed(site: Site, { calls }: Trial): boolean {
  const attempts = callsAt(site, calls);
  const [first, last] = [attempts[0], attempts.at(-1)];
  return (
    first !== undefined &&
    last !== undefined &&
    attempts.length > 1 &&
    last.status === 200 &&
    attempts.every(({ invocationId }) => invocationId !== undefined && invocationId === first.invocationId)
  );
}
