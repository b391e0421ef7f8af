import { BoundedMap } from "../core/bounded-map.ts";
import type { Bus, CallRecord } from "../core/bus.ts";
import type { Call } from "../core/call.ts";
import { optionalPackages } from "../core/optional-packages.ts";

type Api = typeof import("@opentelemetry/api");
type Sdk = typeof import("@opentelemetry/sdk-trace");
type Exporter = typeof import("@opentelemetry/exporter-trace-otlp-http");
type Resources = typeof import("@opentelemetry/resources");
type Span = import("@opentelemetry/api").Span;
type SpanContext = import("@opentelemetry/api").SpanContext;
type Context = import("@opentelemetry/api").Context;
type Link = import("@opentelemetry/api").Link;

const PACKAGES = [
  "@opentelemetry/api",
  "@opentelemetry/sdk-trace",
  "@opentelemetry/exporter-trace-otlp-http",
  "@opentelemetry/resources",
] as const;

export interface TracesOptions {
  /** Where OTLP goes, over HTTP; by default what `OTEL_EXPORTER_OTLP_ENDPOINT` says, else `http://localhost:4318/v1/traces`. */
  readonly url?: string;
  readonly version: string;
  readonly bus: Bus;
  nowMs(): number;
}

/** Calls whose spans have ended, for what comes of them later. */
const MOST_REMEMBERED = 10_000;
const W3C = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;

/**
 * One span a call, by OpenTelemetry's own SDK. What a call makes while it is under way is its child; what comes of it later
 * (a message that is received, an event that is delivered) begins a trace of its own, with a link to it.
 */
export class Traces {
  readonly #api: Api;
  readonly #tracer: ReturnType<InstanceType<Sdk["TracerProvider"]>["getTracer"]>;
  readonly #provider: InstanceType<Sdk["TracerProvider"]>;
  readonly #nowMs: () => number;
  readonly #open = new Map<string, Span>();
  readonly #ended = new BoundedMap<SpanContext>(MOST_REMEMBERED);

  private constructor(api: Api, provider: InstanceType<Sdk["TracerProvider"]>, options: TracesOptions) {
    const { bus, version, nowMs } = options;
    this.#api = api;
    this.#provider = provider;
    this.#nowMs = nowMs;
    this.#tracer = provider.getTracer("squall", version);
    bus.subscribe("call.begins", (call) => this.#begins(call));
    bus.subscribe("call", (record) => this.#ends(record));
  }

  /** @throws Error that says what to install */
  static async open(options: TracesOptions): Promise<Traces> {
    const packages = await optionalPackages("Traces need OpenTelemetry's SDK", PACKAGES);
    const [api, sdk, exporter, resources] = packages as [Api, Sdk, Exporter, Resources];
    const { url, version } = options;
    const provider = new sdk.TracerProvider({
      resource: resources.resourceFromAttributes({
        "service.name": process.env["OTEL_SERVICE_NAME"] ?? "squall",
        "service.version": version,
      }),
      spanProcessors: [
        new sdk.BatchSpanProcessor({
          exporter: new exporter.OTLPTraceExporter(url === undefined ? {} : { url }),
        }),
      ],
    });
    return new Traces(api, provider, options);
  }

  /** The W3C context in which a call goes on to somebody else. */
  traceparentOf({ id }: Pick<Call, "id">): string | undefined {
    const context = this.#open.get(id)?.spanContext();
    if (context === undefined) return undefined;
    return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, "0")}`;
  }

  /** Sends what has not been sent, and ends. */
  async close(): Promise<void> {
    await this.#provider.shutdown();
  }

  #begins(call: Call): void {
    const { SpanKind } = this.#api;
    const { service, operation, region, account, id, caller } = call;
    // One that ends without being recorded would stay.
    if (this.#open.size >= MOST_REMEMBERED) return;
    const [context, links] = this.#from(call);
    const attributes = {
      "rpc.system": "aws-api",
      "rpc.service": service,
      "rpc.method": operation,
      "cloud.region": region,
      "cloud.account.id": account,
      "aws.request_id": id,
      "squall.caller": caller.arn,
    };
    const kind = call.headers["host"] === undefined ? SpanKind.INTERNAL : SpanKind.SERVER;
    const options = { kind, startTime: this.#nowMs(), attributes, links };
    this.#open.set(id, this.#tracer.startSpan(`${service}.${operation}`, options, context));
  }

  /** Its parent's context, and what it comes of that is over. */
  #from({ parentId, headers }: Call): [Context, Link[]] {
    const { trace, ROOT_CONTEXT } = this.#api;
    const parent = parentId === undefined ? undefined : this.#open.get(parentId);
    if (parent) return [trace.setSpan(ROOT_CONTEXT, parent), []];
    const before = parentId === undefined ? undefined : this.#ended.get(parentId);
    const links = before ? [{ context: before }] : [];
    const clients = clientContext(headers["traceparent"]);
    return [clients ? trace.setSpanContext(ROOT_CONTEXT, clients) : ROOT_CONTEXT, links];
  }

  #ends(record: CallRecord): void {
    const span = this.#open.get(record.id);
    if (span === undefined) return;
    this.#open.delete(record.id);
    const { status, errorCode, dropped, faultRuleId, site, attempt, decisions } = record;
    const fired = decisions.find((decision) => decision.fired);
    span.setAttributes({
      "http.response.status_code": status,
      "squall.site": site,
      ...(attempt !== undefined && attempt > 1 && { "http.request.resend_count": attempt - 1 }),
      ...(faultRuleId !== undefined && { "squall.fault.rule": faultRuleId }),
      ...(fired && { "squall.fault.effect": fired.effect }),
    });
    const failure = errorCode ?? (dropped === undefined ? undefined : `dropped: ${dropped}`);
    if (failure !== undefined || status >= 500) {
      span.setAttribute("error.type", failure ?? String(status));
      span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message: failure ?? "" });
    }
    span.end(record.startedAt + record.durationMs);
    this.#ended.set(record.id, span.spanContext());
  }
}

function clientContext(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = W3C.exec(traceparent ?? "") ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags ?? "01", 16), isRemote: true };
}
