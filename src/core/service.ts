import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { AwsError } from "./aws-error.ts";
import type { Blobs } from "./blobs.ts";
import type { Bus, CallRecord } from "./bus.ts";
import type { Call, Caller } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { Credentials } from "./credentials.ts";
import type { DnsAnswer, DnsQuestion } from "./dns.ts";
import type { FaultPoint, FaultTable, Hit, PointSubject } from "./fault.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import type { Log } from "./log.ts";
import type { Random } from "./random.ts";
import type { Keeping, Store } from "./storage.ts";
import type { ValidationOptions } from "./validation-options.ts";

/** Do IAM's policies decide, or is it only noted what they would? An explicit Deny on a resource decides in any case. */
export type IamMode = "off" | "audit" | "enforce";

/** How a service calls another (or itself): the same faults, the same records, as a child of the call at hand. */
export interface CallOptions {
  readonly account?: string;
  readonly region?: string;
  /** Who calls: a role's ARN (an execution role, an experiment's role), or a whole caller. Default: the service's own principal. */
  readonly as?: string | Caller;
  /** The resource on whose behalf a service calls: the topic that delivers, the alarm. `aws:SourceArn` in policies. */
  readonly sourceArn?: string;
  /** That resource's account, where its ARN does not say it. Default: the account of the call at hand. */
  readonly sourceAccount?: string;
  /** The call that this one comes of. Default: the call at hand. */
  readonly parentId?: string;
  /** Who acts when no call does, by a name that is the same from run to run: `event-source(jobs > worker)`. Default: the service. */
  readonly origin?: string;
  /**
   * Who has gathered what this call hands on, where that comes of several calls: `event-source(jobs > worker)`. Who the call is,
   * and what comes of it, then depends on the gatherer and not on what happens to be first in the batch.
   */
  readonly gatheredBy?: string | undefined;
  /** `X-Amzn-Trace-Id`, as a client's SDK would send it. */
  readonly traceHeader?: string | undefined;
  readonly signal?: AbortSignal;
}

/** Calls an operation of a service; resolves to its output or rejects with its AwsError. */
export type CallService = <O = Record<string, unknown>>(
  service: string,
  operation: string,
  input: object,
  options?: CallOptions,
) => Promise<O>;

/** What a handler gets beside its input: the call at hand and the world, already scoped to its account and region. */
export interface Context extends Call {
  readonly requestId: string;
  /** The request as it came, for a call that came by HTTP. */
  readonly request?: HttpRequest;
  /** This service's store in the call's account and region. */
  readonly store: Store;
  readonly host: ServiceHost;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Calls another service as a child of this call. */
  readonly call: CallService;
  /** The effects that fire at a service's point, for the service to carry out. Empty (and free) when no rule is there. */
  hits(point: string, subject?: PointSubject): readonly Hit[];
  /**
   * Runs `next` inside the generic effects that fire at a service's point; effects of the point's own are given to `next`.
   * Rejects with an AwsError when an effect ends it so (a dropped connection is `code: "ConnectionDropped"`).
   */
  faultPoint<T>(point: string, subject: PointSubject, next: (hits: readonly Hit[]) => Promise<T>): Promise<T>;
  /**
   * Why the caller may not do what the service knows better than its input: what an access point stands for, one of many
   * objects. Undefined when it may; what is wanted is only worked out where a policy may have a say.
   */
  refusalOf(wanted: () => Iterable<Wanted>): AwsError | undefined;
}

/** An action that policies decide on. */
export interface Wanted {
  /** `s3:GetObject` */
  readonly action: string;
  /** ARNs, or `*` alone for an action that is on no resource in particular. */
  readonly resources: readonly string[];
  /** What of the input the action is about, for the service's condition keys. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The resources' account, where their ARNs do not say it. */
  readonly owner?: string;
  /** Values of condition keys that are in no input. */
  readonly conditions?: Readonly<Record<string, readonly string[]>>;
}

/** One handler an operation, typed from the model: a misspelt operation or member does not compile. */
export type Handlers<Operations> = {
  [Name in keyof Operations]?: Operations[Name] extends { input: infer Input; output: infer Output }
    ? // biome-ignore lint/suspicious/noConfusingVoidType: an operation with an empty output returns nothing
      (input: Input, ctx: Context) => Output | void | Promise<Output | void>
    : never;
};

/** A resource that FIS can target and the dashboard can show. */
export interface Resource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What target filters see, in the shape of the service's Describe answer: worked out once, when first asked for. */
  readonly attributes: Record<string, unknown>;
}

/** A resource of any service, as it is kept: for those that look across services (tagging, groups, stacks). */
export interface KeptResource {
  readonly arn: string;
  readonly service: string;
  /** Its type's name within its service, and CloudFormation's and FIS's names of the type. */
  readonly type: string;
  readonly cloudFormationType?: string;
  readonly fisType?: string;
  readonly account: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The calls of its own service that tag it; absent for a type that has no tags. */
  readonly tagging?: {
    add(tags: Readonly<Record<string, string>>): { readonly operation: string; readonly input: object };
    remove(keys: readonly string[]): { readonly operation: string; readonly input: object };
  };
}

/** Who asks for a page of the admin API. */
export interface Asker {
  /** A token's name; `admin`, who has the gateway's own token, or where none is wanted. */
  readonly name: string;
  readonly mayChange: boolean;
}

/** A request for a page of the admin API. One that another process of the same port passes on does not say who asks. */
export type AskedBy = HttpRequest & { readonly asker?: Asker };

/** A page of the admin API that a service adds, under `/_squall/` or `/_aws/`. */
export interface AdminRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With `:name` segments: `/_squall/experiments/:id/report`. A last segment `*name` takes the rest. */
  readonly path: string;
  /** Asks for no admin token: what health checks and clients of a service read by plain GET. */
  readonly isOpen?: boolean;
  /** The body is read as it comes, as the request's `stream`. */
  readonly streams?: true;
  handle(request: HttpRequest, params: Record<string, string>): Promise<HttpResponse> | HttpResponse;
}

/** A knob of a service. `--<service>-<name>`, its environment variables and the docs table come from it. */
export interface Setting {
  readonly description: string;
  readonly type: "string" | "number" | "boolean";
  readonly default: string | number | boolean;
  readonly values?: readonly string[];
  /** Of a number: it is from 0 to this; without it, from 0 on. */
  readonly most?: number;
  /** LocalStack's environment variables that set it. */
  readonly env?: readonly string[];
  /** Why a value cannot be had on this machine, asked at start when the setting is given: `functions are to …, and that needs …`. */
  complaint?(value: string | number | boolean): string | undefined;
}

/** A service that Squall emulates. `services/<name>/index.ts` exports a `ServiceFactory` as default. */
export interface Service {
  /** botocore's service name; also the folder's name. */
  readonly name: string;
  /** Handlers by operation name. */
  // biome-ignore lint/suspicious/noExplicitAny: handlers of every service meet here; each is typed where it is written (Handlers<…>)
  readonly operations: Readonly<Record<string, ((input: any, ctx: Context) => unknown) | undefined>>;
  /** Where the service checks its inputs otherwise than its model says. */
  readonly validation?: ValidationOptions;
  /** What target filters see of the resources that its declaration has, by their type's name, in the shape of the service's Describe answer. */
  readonly describe?: Readonly<
    // biome-ignore lint/suspicious/noExplicitAny: records of every type meet here; each is typed where it is written
    Record<string, (record: any, where: { account: string; region: string }) => Record<string, unknown>>
  >;
  /** Answers requests that are not in an AWS protocol (API Gateway invoke, Lambda URLs). The input is made by `dataPlaneInput`. */
  dataPlane?: DataPlane;
  /** What its users say about pages of other origins. */
  readonly pages?: PagePolicy;
  /**
   * What its users' zones say of a name, asked by `--dns`'s server, and what its resources have that names of zones lead to;
   * undefined for any other name.
   * @param address this machine's, for what is AWS's
   */
  resolve?(question: DnsQuestion, address: string): DnsAnswer | undefined;
  readonly admin?: readonly AdminRoute[];
  /** Called once after creation; resumes what stored state wants running (experiments, event source mappings). */
  start?(): void | Promise<void>;
  /** Gives back the names that an account has taken from all others, with all that stands under them. Says how many they were. */
  release?(account: string): number;
  /** Is work under way that is no call (a function that runs an asynchronous event)? Whoever moves the clock ahead waits for it. */
  isBusy?(): boolean;
  /** Ends timers, processes, sockets. Must be safe to call twice. */
  stop?(): void | Promise<void>;
}

/** The side of a service that speaks plain HTTP instead of an AWS protocol. */
export interface DataPlane {
  /** The operation's name and input for the record and the rules. */
  decode(request: HttpRequest): {
    operation: string;
    input: Record<string, unknown>;
    account?: string;
    region?: string;
  };
  handle(request: HttpRequest, ctx: Context): Promise<HttpResponse>;
  /** Is a request that nothing else recognises this plane's (a custom domain name)? */
  claims?(request: HttpRequest): boolean;
  /** Takes over a connection that asks for WebSocket. Without it such a request is refused. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Uint8Array): void;
  /** An error (an injected one, too) in the data plane's own form. */
  encodeError(error: AwsError, request: HttpRequest, requestId: string): HttpResponse;
}

/**
 * Where a service's users decide which web pages may call it: S3's CORS rules. Asked for requests that have an Origin and for
 * those with the method OPTIONS; undefined leaves it to Squall's own rules.
 */
export interface PagePolicy {
  /** @param isAllowed would Squall's own rules let the page? */
  preflight(request: HttpRequest, isAllowed: boolean): HttpResponse | undefined;
  /** Headers that let a page read the answer to its request; none of them for a page that may not. */
  headersFor(request: HttpRequest): Readonly<Record<string, string>> | undefined;
}

/** What a service is made with: the world outside of any call. */
export interface ServiceHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly bus: Bus;
  readonly blobs: Blobs;
  readonly credentials: Credentials;
  readonly faults: FaultTable;
  /** This service's store in an account and region. */
  store(account: string, region: string): Store;
  /** What of all that is written is kept, for what this service does by itself. */
  readonly storage: Keeping;
  /** Accounts and regions in which this service has a store with anything in it. */
  scopes(): { account: string; region: string }[];
  /** A call outside of any other (an event source, an experiment, a delivery). */
  readonly call: CallService;
  /**
   * For a data plane (`execute-api`, `lambda-url`) that wants a request signed for a place of it: why the signature does not
   * hold; undefined when it does, or when signatures are not checked.
   */
  refusalOfSignature(
    request: HttpRequest,
    signedFor: { readonly service: string; readonly region: string },
  ): AwsError | undefined;
  /** A certificate of Squall's own authority for a name or an address of this machine's, with its chain, and its key, in PEM. Absent without `--https`. */
  readonly certificate: ((name: string) => Promise<{ cert: string; key: string }>) | undefined;
  /** True under `--verify-signatures`. */
  readonly verifiesSignatures: boolean;
  /** The calls that are remembered, oldest first. */
  calls(): Iterable<CallRecord>;
  /** As Context.hits, for work outside of any call. */
  hits(point: string, subject: PointSubject, where: { account: string; region: string }): readonly Hit[];
  faultPoint<T>(
    point: string,
    subject: PointSubject,
    where: { account: string; region: string },
    next: (hits: readonly Hit[]) => Promise<T>,
  ): Promise<T>;
  /** Resources of a declared FIS type, from whichever service has them; undefined when no service here serves the type. */
  resources(
    type: string,
    where: { account: string; region: string },
  ): Promise<Iterable<Resource> | undefined>;
  /** Loads another service; false when there is none of that name. */
  load(service: string): Promise<boolean>;
  /** The fault points of a service, or of all of them. */
  faultPoints(service?: string): Readonly<Record<string, FaultPoint>>;
  /** Every resource of every service in an account and region, those of no region among them. */
  kept(where: { account: string; region: string }): Iterable<KeptResource>;
  /** What is kept under an ARN. */
  keptAt(arn: string): KeptResource | undefined;
  /** Names of the FIS types that services declare. */
  resourceTypes(): string[];
  /** Is there an emulated (or upstream) service of that name? */
  serves(service: string): boolean;
  /**
   * May anybody want the events that AWS's services send from a source (`aws.states`) onto the default bus there? A look-up: where
   * nobody does, nothing else is spent on them.
   */
  hearsEvents(source: string, where: { account: string; region: string }): boolean;
  /** A setting of this service (see Setting), after flags and environment. */
  setting<T extends string | number | boolean>(name: string): T;
  /** True under `--strict`: AWS's refusals instead of leniencies. */
  readonly strict: boolean;
  /** Whether IAM's policies decide (`--iam`). */
  readonly iam: IamMode;
  /**
   * For what is done without a call (an experiment's fault, a look whether a bucket may tell a queue): why a role or a service
   * may not do it; undefined when it may, or when policies do not decide.
   */
  refusalOfAction(
    action: string,
    resources: readonly string[],
    by: {
      readonly as: string;
      readonly account: string;
      readonly region: string;
      readonly sourceArn?: string;
      readonly sourceAccount?: string;
    },
  ): AwsError | undefined;
  /** How long states last that AWS's resources are in only for a time: about as long as there, or not at all. */
  readonly timings: "real" | "instant";
  /** What hosted zones say of a name now, as `--dns`'s server would; undefined for a name that lies in none. */
  resolve(question: DnsQuestion): DnsAnswer | undefined;
  /** Where clients reach Squall: `http://localhost.localstack.cloud:4566`; `loopback` is `http://127.0.0.1:4566`. */
  readonly endpoint: { url(): string; host(): string; loopback(): string; port(): number };
  /** Until this is disposed of, work is under way that is no call. Whoever moves the clock ahead waits for it, as where `isBusy` says so. */
  atWork(): Disposable;
  /** A folder of this process for scratch files (Lambda's unpacked code); removed at stop. */
  scratch(name: string): string;
  /** A folder for files that outlive the process (a database's); undefined without a data directory. */
  keptFolder(): string | undefined;
}

export type ServiceFactory = (host: ServiceHost) => Service;
