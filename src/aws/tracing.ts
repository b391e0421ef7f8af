import { AwsError } from "../core/aws-error.ts";
import type { CallOptions, ServiceHost } from "../core/service.ts";
import { wildcard } from "../core/wildcard.ts";

/*
 * X-Ray as AWS's services take part in it: who decides whether a request is traced, what goes on in `X-Amzn-Trace-Id`, and the segments
 * that services send by themselves. https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html
 */

/** `Root=1-65f0c0de-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1` */
export interface TraceHeader {
  readonly root: string;
  readonly parent?: string;
  /** Undefined: nobody has decided. */
  readonly sampled?: boolean;
}

/** A request whose trace is decided. `parent` is the segment or subsegment that it comes of. */
export interface Trace extends TraceHeader {
  readonly sampled: boolean;
}

interface Place {
  readonly account: string;
  readonly region: string;
}

/** What rules of sampling go by. */
export interface Sampled {
  /** The segment's name, and its origin: `AWS::ApiGateway::Stage`. */
  readonly serviceName: string;
  readonly serviceType: string;
  readonly host?: string;
  readonly method?: string;
  readonly path?: string;
  readonly resourceArn?: string;
}

/** A segment that a service sends: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html */
export interface SentSegment {
  readonly name: string;
  readonly id: string;
  readonly trace_id: string;
  readonly start_time: number;
  readonly end_time: number;
  readonly parent_id?: string | undefined;
  readonly origin: string;
  readonly [member: string]: unknown;
}

export const TRACE_HEADER = "x-amzn-trace-id";

/** Undefined for a header that names no trace. */
export function readTraceHeader(text: string | undefined): TraceHeader | undefined {
  if (text === undefined) return undefined;
  const fields = Object.fromEntries(
    text.split(";").flatMap((field) => {
      const at = field.indexOf("=");
      return at < 0 ? [] : [[field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim()]];
    }),
  ) as Readonly<Record<string, string | undefined>>;
  const { root, parent, sampled } = fields;
  if (root === undefined || !/^[\w-]+$/.test(root)) return undefined;
  return {
    root,
    ...(parent !== undefined && /^[\da-f]{16}$/i.test(parent) && { parent }),
    ...((sampled === "0" || sampled === "1") && { sampled: sampled === "1" }),
  };
}

export const traceHeaderOf = ({ root, parent, sampled }: TraceHeader): string =>
  [
    `Root=${root}`,
    ...(parent === undefined ? [] : [`Parent=${parent}`]),
    ...(sampled === undefined ? [] : [`Sampled=${sampled ? 1 : 0}`]),
  ].join(";");

export function newTraceId({ clock, random }: Pick<ServiceHost, "clock" | "random">): string {
  const seconds = Math.floor(clock.now() / 1000)
    .toString(16)
    .padStart(8, "0");
  return `1-${seconds}-${random.hex(24)}`;
}

/** Epoch seconds, as segments have them. */
export const seconds = (ms: number): number => Math.round(ms) / 1000;

interface Rule {
  readonly name: string;
  readonly priority: number;
  readonly fixedRate: number;
  readonly reservoirSize: number;
  matches(subject: Sampled): boolean;
}

/** How long rules hold before they are asked for again, as the SDKs have it for targets. */
const RULES_HOLD_MS = 10_000;

/** A service's part in traces. */
export class Tracer {
  readonly #host: ServiceHost;
  readonly #rules = new Map<string, { readonly untilMs: number; readonly rules: Promise<readonly Rule[]> }>();
  readonly #reservoirs = new Map<string, { readonly second: number; taken: number }>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** A request is traced when whoever sent it says so, and else as the rules of sampling decide. */
  async decide(header: TraceHeader | undefined, subject: Sampled, place: Place): Promise<Trace> {
    const given = header ?? { root: newTraceId(this.#host) };
    if (given.sampled !== undefined) return { ...given, sampled: given.sampled };
    const rule = (await this.#rulesOf(place)).find((one) => one.matches(subject));
    const sampled = rule !== undefined && this.#draw(JSON.stringify([place, rule.name]), rule);
    return { ...given, sampled };
  }

  /** The same where no rule applies: one request a second of those under a name, and 5 % of the others. */
  decideAlone(header: TraceHeader | undefined, name: string): Trace {
    const given = header ?? { root: newTraceId(this.#host) };
    const sampled = given.sampled ?? this.#draw(name, { reservoirSize: 1, fixedRate: 0.05 });
    return { ...given, sampled };
  }

  /** Sends segments; best effort, as in AWS. @param parentId the call that they are of */
  send(
    segments: readonly SentSegment[],
    place: Place,
    { parentId }: Pick<CallOptions, "parentId">,
  ): Promise<void> {
    const documents = segments.map((segment) => JSON.stringify(segment));
    return this.put(documents, { ...place, parentId });
  }

  /** The same for documents that somebody else has written. */
  async put(TraceSegmentDocuments: readonly string[], options: Place & CallOptions): Promise<void> {
    try {
      await this.#host.call("xray", "PutTraceSegments", { TraceSegmentDocuments }, options);
    } catch (error) {
      if (error instanceof AwsError) this.#host.log.debug(() => `Segments were not taken: ${error.message}`);
      else this.#host.log.error("Segments could not be put.", error);
    }
  }

  #draw(key: string, { reservoirSize, fixedRate }: Pick<Rule, "reservoirSize" | "fixedRate">): boolean {
    const second = Math.floor(this.#host.clock.now() / 1000);
    const before = this.#reservoirs.get(key);
    const reservoir = before?.second === second ? before : { second, taken: 0 };
    this.#reservoirs.set(key, reservoir);
    if (reservoir.taken < reservoirSize) {
      reservoir.taken += 1;
      return true;
    }
    return this.#host.random.next() < fixedRate;
  }

  #rulesOf(place: Place): Promise<readonly Rule[]> {
    const key = JSON.stringify(place);
    const known = this.#rules.get(key);
    const now = this.#host.clock.now();
    if (known && known.untilMs > now) return known.rules;
    const rules = this.#askRules(place);
    this.#rules.set(key, { untilMs: now + RULES_HOLD_MS, rules });
    return rules;
  }

  async #askRules(place: Place): Promise<readonly Rule[]> {
    try {
      const answer = await this.#host.call<{ SamplingRuleRecords: readonly { SamplingRule: RuleAnswer }[] }>(
        "xray",
        "GetSamplingRules",
        {},
        place,
      );
      return answer.SamplingRuleRecords.map(({ SamplingRule }) => ruleOf(SamplingRule)).sort(
        (a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1),
      );
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#host.log.debug(() => `No rules of sampling could be had: ${error.message}`);
      return [];
    }
  }
}

interface RuleAnswer {
  readonly RuleName: string;
  readonly ResourceARN: string;
  readonly Priority: number;
  readonly FixedRate: number;
  readonly ReservoirSize: number;
  readonly ServiceName: string;
  readonly ServiceType: string;
  readonly Host: string;
  readonly HTTPMethod: string;
  readonly URLPath: string;
}

function ruleOf(rule: RuleAnswer): Rule {
  const parts = [
    [rule.ServiceName, "serviceName"],
    [rule.ServiceType, "serviceType"],
    [rule.Host, "host"],
    [rule.HTTPMethod, "method"],
    [rule.URLPath, "path"],
    [rule.ResourceARN, "resourceArn"],
  ] as const;
  // Letters of either case are the same.
  const tests = parts.flatMap(([pattern, member]) =>
    pattern === "*" ? [] : [[pattern.toLowerCase(), member] as const],
  );
  return {
    name: rule.RuleName,
    priority: rule.Priority,
    fixedRate: rule.FixedRate,
    reservoirSize: rule.ReservoirSize,
    matches: (subject) =>
      tests.every(([pattern, member]) => wildcard(pattern, (subject[member] ?? "").toLowerCase())),
  };
}

const tracers = new WeakMap<ServiceHost, Tracer>();

/** A service's tracer, made when it is first asked for. */
export function tracerOf(host: ServiceHost): Tracer {
  const known = tracers.get(host) ?? new Tracer(host);
  tracers.set(host, known);
  return known;
}
