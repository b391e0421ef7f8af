import {
  newTraceId,
  readTraceHeader,
  type SentSegment,
  seconds,
  type Trace,
  type Tracer,
  traceHeaderOf,
  tracerOf,
} from "../../aws/tracing.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { InvocationResult } from "./execution/invocation.ts";
import { functionArn } from "./function-name.ts";
import type { Event } from "./invoker.ts";
import type { Found } from "./lookup.ts";
import type { VersionRecord } from "./records.ts";

/** What an invocation is in a trace. */
export interface FunctionTrace {
  /** What the function's own calls carry: `Root=…;Parent=…;Sampled=…;Squall=…`, the last naming the call that they belong to. */
  readonly header: string;
  /** It has run: its segments are sent, where it is traced. */
  end(result: Pick<InvocationResult, "kind">): void;
}

/**
 * Lambda's segments: of the service, and of the function, whose subsegments the function's own are.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
 */
export class FunctionTraces {
  readonly #host: ServiceHost;
  readonly #tracer: Tracer;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#tracer = tracerOf(host);
  }

  /** Without active tracing what comes goes on, and nothing is sent. With it Lambda's own rule decides where nobody has. */
  begin(found: Found, version: VersionRecord, event: Event): FunctionTrace {
    const given = readTraceHeader(event.traceHeader);
    const isActive = version.configuration.TracingConfig?.Mode === "Active";
    const trace: Trace = isActive
      ? this.#tracer.decideAlone(given, functionArn(found, found.name))
      : { ...(given ?? { root: newTraceId(this.#host) }), sampled: given?.sampled ?? false };
    const id = this.#host.random.hex(16);
    const isTraced = isActive && trace.sampled;
    const parent = isTraced ? id : (trace.parent ?? id);
    const startedAtMs = this.#host.clock.now();
    return {
      header: `${traceHeaderOf({ ...trace, parent })};Squall=${event.callId}`,
      end: ({ kind }) => {
        if (!isTraced) return;
        const segments = this.#segments(
          found,
          version,
          trace,
          { id, startedAtMs, isFault: kind === "error" },
          event,
        );
        void this.#tracer.send(segments, found, { parentId: event.callId });
      },
    };
  }

  #segments(
    found: Found,
    { configuration }: VersionRecord,
    trace: Trace,
    run: { readonly id: string; readonly startedAtMs: number; readonly isFault: boolean },
    { requestId }: Event,
  ): readonly SentSegment[] {
    const { random, clock } = this.#host;
    const arn = functionArn(found, found.name);
    const service = random.hex(16);
    const common = {
      name: found.name,
      trace_id: trace.root,
      start_time: seconds(run.startedAtMs),
      end_time: seconds(clock.now()),
      resource_arn: arn,
    };
    const group = configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${found.name}`;
    return [
      {
        ...common,
        id: service,
        parent_id: trace.parent,
        origin: "AWS::Lambda",
        aws: { request_id: requestId, account_id: found.account },
        http: { response: { status: 200 } },
        ...(run.isFault && { fault: true }),
      },
      {
        ...common,
        id: run.id,
        parent_id: service,
        origin: "AWS::Lambda::Function",
        aws: { account_id: found.account, function_arn: arn, cloudwatch_logs: [{ log_group: group }] },
        ...(run.isFault && { fault: true }),
      },
    ];
  }
}
