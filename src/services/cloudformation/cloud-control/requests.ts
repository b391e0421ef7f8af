import { begin, type Transition, whenOver } from "../../../aws/lifecycle.ts";
import { partitionOf } from "../../../core/arn.ts";
import { AwsError } from "../../../core/aws-error.ts";
import type { Context, ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import type * as CloudControl from "../../../models/generated/cloudcontrol.ts";
import { handlerCode } from "../handler-error.ts";
import { requestLifecycle } from "../lifecycles.ts";
import { NAME_ALPHABET, untilHolds } from "../resource-context.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";
import { clientTokenConflict, concurrentOperation } from "./errors.ts";
import { describeRequest, forgetOldRequests, isOpen, type RequestRecord, requestRecords } from "./request.ts";

const NAME_LENGTH = 20;

/** What a request is for. */
export interface Asked {
  readonly type: string;
  readonly operation: CloudControl.Operation;
  readonly identifier?: string;
  readonly clientToken?: string | undefined;
  readonly roleArn?: string | undefined;
}

/** What has come of it. */
export interface Done {
  readonly identifier: string;
  readonly model?: Values | undefined;
  /** Keeps it, together with the request's end. */
  keep(store: Store): void;
}

/** The requests that are being carried out now. */
export class Requests {
  readonly #host: ServiceHost;
  readonly #running = new Map<string, AbortController>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** What an earlier process had begun has ended with it: nobody knows how far it had come. */
  start(): void {
    for (const { account, region } of this.#host.scopes()) {
      const store = this.#host.store(account, region);
      const requests = store.collection(requestRecords);
      // Those of a database of before are in no index by age.
      for (const request of [...requests.values()]) requests.put([request.token], request);
      forgetOldRequests(store, this.#host.clock.now());
      for (const request of [...requests.by("active").values()])
        requests.put([request.token], {
          ...request,
          status: "FAILED",
          atMs: this.#host.clock.now(),
          errorCode: "InternalFailure",
          message: "The process that carried the request out has ended.",
        });
    }
  }

  stop(): void {
    for (const running of this.#running.values()) running.abort(new Error("stopped"));
    this.#running.clear();
  }

  /** Makes what is waited for fail. */
  cancel(token: string): void {
    this.#running.get(token)?.abort(new Error("cancelled"));
  }

  /**
   * Takes a request up, and answers as soon as it is over or waits for something; at once, when it is to take its time. What it answers
   * says that it is in progress, as AWS's answer does.
   * @throws ClientTokenConflictException, ConcurrentOperationException
   */
  async begin(
    asked: Asked,
    ctx: Context,
    work: (at: ResourceContext) => Promise<Done>,
  ): Promise<CloudControl.ProgressEvent> {
    const requests = ctx.store.collection(requestRecords);
    const { clientToken, type, operation, identifier } = asked;
    ctx.store.transaction(() => forgetOldRequests(ctx.store, ctx.clock.now()));
    const twin =
      clientToken === undefined ? undefined : requests.by("clientToken").first({ prefix: [clientToken] });
    if (twin) throw clientTokenConflict(clientToken ?? "", twin.token);
    const rival = [...requests.by("active").values()].find(
      (other) => other.type === type && other.identifier !== undefined && other.identifier === identifier,
    );
    if (rival) throw concurrentOperation(rival.token);
    const request: RequestRecord = {
      token: ctx.random.uuid(),
      ...(clientToken !== undefined && { clientToken }),
      type,
      operation,
      status: "IN_PROGRESS",
      ...(identifier !== undefined && { identifier }),
      atMs: ctx.clock.now(),
    };
    const typeArn = `arn:${partitionOf(ctx.region)}:cloudformation:${ctx.region}::type/resource/${type.replaceAll("::", "-")}`;
    const transition = begin(requestLifecycle, "IN_PROGRESS", typeArn, ctx, ctx);
    const kept = { ...request, ...(transition && { untilMs: transition.untilMs }) };
    ctx.store.transaction(() => requests.put([request.token], kept));
    const { promise: waits, resolve } = Promise.withResolvers<void>();
    const over = this.#carryOut(request, asked, ctx, work, resolve, transition);
    await (transition ? undefined : Promise.race([over, waits]));
    const now = requests.get([request.token]);
    return describeRequest({
      ...request,
      ...(now?.identifier !== undefined && { identifier: now.identifier }),
    });
  }

  async #carryOut(
    request: RequestRecord,
    { roleArn }: Asked,
    ctx: Context,
    work: (at: ResourceContext) => Promise<Done>,
    waits: () => void,
    transition: Transition | undefined,
  ): Promise<void> {
    const cancelled = new AbortController();
    const { token } = request;
    this.#running.set(token, cancelled);
    const end = (change: Partial<RequestRecord>, keep?: Done["keep"]) => {
      const store = this.#host.store(ctx.account, ctx.region);
      const requests = store.collection(requestRecords);
      const now = requests.get([token]);
      // A reset or a load has taken it away.
      if (!now || !isOpen(now.status)) return;
      store.transaction(() => {
        requests.put([token], { ...now, ...change, atMs: this.#host.clock.now() });
        keep?.(store);
      });
    };
    const at = this.#contextOf(request, roleArn, ctx, cancelled.signal, waits);
    try {
      // What a rule fails makes nothing.
      const done = transition?.failure === undefined ? await work(at) : undefined;
      const failure = await whenOver(transition, this.#host, cancelled.signal);
      cancelled.signal.throwIfAborted();
      if (!done) throw new AwsError("ServiceInternalError", failure ?? "", { status: 500 });
      const { identifier, model, keep } = done;
      end({ status: "SUCCESS", identifier, ...(model && { model }) }, keep);
    } catch (error) {
      if (!this.#running.has(token)) return;
      if (cancelled.signal.aborted) end({ status: "CANCEL_COMPLETE" });
      else {
        if (!(error instanceof AwsError))
          this.#host.log.error(`The request ${token} for ${request.type} failed inside Squall.`, error);
        end({
          status: "FAILED",
          message: (error as Error).message,
          errorCode: error instanceof AwsError ? handlerCode(error) : "InternalFailure",
        });
      }
    } finally {
      this.#running.delete(token);
    }
  }

  #contextOf(
    { token, type }: RequestRecord,
    roleArn: string | undefined,
    { account, region, caller, id }: Context,
    cancelled: AbortSignal,
    waits: () => void,
  ): ResourceContext {
    const host = this.#host;
    const options = { account, region, as: roleArn ?? caller, parentId: id, origin: "cloudcontrol" };
    const suffix = host.random.string(NAME_LENGTH, NAME_ALPHABET);
    const late = () => new AwsError("NotStabilized", `The request ${token} was not over after ten minutes`);
    return {
      logicalId: type.split("::").at(-1) ?? type,
      stackName: "",
      stackId: "",
      account,
      region,
      partition: partitionOf(region),
      stackTags: {},
      stackTagsBefore: {},
      name(most = NAME_LENGTH, { lower = false, suffix: ending = "" } = {}) {
        const name = suffix.slice(0, Math.max(1, most - ending.length)) + ending;
        return lower ? name.toLowerCase() : name;
      },
      call: (service, operation, input) => host.call(service, operation, input, options),
      made: () => {},
      until: (holds) => untilHolds(holds, { clock: host.clock, signal: cancelled, waits, late }),
      engine: {
        newId: () => host.random.uuid(),
        signalUrl: () => "",
        awaitSignals: () => Promise.reject(new Error(`${type} needs a stack`)),
      },
    };
  }
}
