import type { ResourceDigest } from "./aws/digest.ts";
import type { TapeMode } from "./cassettes/modes.ts";
import type { TapeReport } from "./cassettes/tape.ts";
import type { Bus, CallRecord } from "./core/bus.ts";
import type { FaultRule } from "./core/fault.ts";
import type { Log, LogLevel, LogLine } from "./core/log.ts";
import type { CallOptions, IamMode } from "./core/service.ts";
import type { FaultLimits } from "./faults/limits.ts";
import type { FaultRuleInput } from "./faults/rule-input.ts";
import type { FleetStore, Snapshot } from "./fleet/port.ts";
import type { Together } from "./fleet/workers/together.ts";
import type { Settled } from "./gateway/settle.ts";
import type { Upstreams } from "./gateway/upstream.ts";
import type { ContainerPath } from "./server/compat/container-paths.ts";
import type { HookFolder } from "./server/compat/init-hooks.ts";

/** An access key that stands for the root of an account. */
export interface RootKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** How a cloud is set up. Everything has a default. */
export interface CloudOptions {
  /** Address to listen on. Default 127.0.0.1: nobody else's machine can reach it. */
  readonly host?: string;
  /** Port to listen on; 0 takes any free one. Default 4566. */
  readonly port?: number;
  /** Listen at all? Default true. */
  readonly listen?: boolean;
  /** The name (and port) in URLs that services hand out, as LOCALSTACK_HOST. Default `localhost.localstack.cloud` and the port. */
  readonly publicHost?: string;
  /** Further names that clients reach it by, and all names below them. Others are refused (DNS rebinding). */
  readonly hostNames?: readonly string[];
  /** What `/_squall` and its compat pages ask for. Default: none on loopback; elsewhere one is made and logged at start. */
  readonly adminToken?: string;
  /** May SNS deliveries, HTTP integrations and the like call Squall's own AWS and admin APIs? Default false. */
  readonly allowDeliveriesToSelf?: boolean;
  /** Folder that keeps state over restarts. Without it everything is in memory. */
  readonly dataDir?: string;
  /** What acknowledged writes survive: `process`, the default, any death of the process; `full` a power cut of the machine, too. */
  readonly durability?: "process" | "full";
  /** Seed of all chance. Default: a new one, said at start. */
  readonly seed?: string;
  /** How fast time passes: 1 real, 60 accelerated, 0 only by `clock.advance`. */
  readonly clockRate?: number;
  /** AWS's refusals instead of leniencies. */
  readonly strict?: boolean;
  /**
   * `real`: tables, streams, functions … are CREATING, UPDATING, Pending for about as long as on AWS. `instant`, the default:
   * for no time.
   */
  readonly timings?: "real" | "instant";
  /** Check SigV4 signatures against the keys that IAM and STS made, and `rootKeys`; any other key is refused. */
  readonly verifySignatures?: boolean;
  /**
   * `enforce`: IAM's policies decide who may do what. `audit`: calls pass, and what each user and role would need is kept
   * (`squall iam report`). `off`, the default: only an explicit Deny in a resource's own policy counts. Keys that nobody
   * made are the root of their account, and may do everything.
   */
  readonly iam?: IamMode;
  /** Keys of accounts' roots, to begin with: a twelve-digit key is its account's. Default with `verifySignatures`: one of 000000000000, made and logged at start. */
  readonly rootKeys?: readonly RootKey[];
  /** Take any region name as it is. */
  readonly allowAnyRegion?: boolean;
  /** Endpoints that answer instead of (or in addition to) our services; `*` for all that Squall does not serve. */
  readonly upstreams?: Upstreams;
  /** Is it a gateway? What it does not serve goes on whole: LocalStack's own pages, too, and what fails inside Squall itself. */
  readonly isGateway?: boolean;
  /**
   * The fleet that it is a gateway of: rules, the safety lever and experiments are shared through its store. `seed` is then
   * the snapshot's (`fleet/join.ts`).
   */
  readonly fleet?: {
    readonly store: FleetStore;
    readonly snapshot: Snapshot;
    /** For people. Default: the host's name and the port. */
    readonly name?: string;
    /** Where several processes share its port: what one is asked for, all of them answer together. */
    readonly together?: Together;
  };
  /** How much may fail, whatever the rules say. Default: everything. */
  readonly limits?: FaultLimits;
  /**
   * Clients' calls are recorded in this folder, or answered from it. `replay` (the default) answers; `record` keeps what is
   * answered; `fill` answers, and records what is missing; `compare` tells what is answered otherwise.
   */
  readonly cassette?: {
    readonly folder: string;
    readonly mode?: TapeMode;
    /** What the models call sensitive is kept as it is. Default: it is replaced by `***`. */
    readonly keepsSecrets?: boolean;
  };
  /** Settings of services: `{ dynamodb: { consistency: "eventual" } }`. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  /** Environment variables that settings are read from. Default: none in-process; the CLI gives its own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Only these services. Default: all. */
  readonly services?: readonly string[];
  readonly faults?: readonly FaultRuleInput[];
  /** A YAML or JSON file of rules; read again when it changes. */
  readonly faultsFile?: string;
  /** What the file is: `rules`, the default, or a `configuration`, whose other keys are not the rules' affair. */
  readonly faultsFileHolds?: "rules" | "configuration";
  readonly logLevel?: LogLevel;
  readonly log?: (line: LogLine) => void;
  /** Largest request body that is read whole, in bytes. Default 70 MiB. */
  readonly largestBodyBytes?: number;
  /** Largest request body that is streamed (S3's PutObject and UploadPart), in bytes. Default 5.1 GiB. */
  readonly largestStreamBytes?: number;
  /** What request bodies that are read whole may hold together, in bytes; further large ones wait, the oldest first. Default: a sixteenth of the heap that Node may have. */
  readonly mostBodyBytes?: number;
  /** How long a streamed upload or an answer may rest while somebody waits for it, in milliseconds. Default 20,000, as S3. */
  readonly idleMs?: number;
  /** How much memory remembered calls may take, in bytes. Default 32 MiB; the oldest go first. */
  readonly recordBytes?: number;
  /** How long calls that are under way when the cloud stops may go on, in milliseconds; nobody new is let in. Default 0. */
  readonly drainMs?: number;
  /** Most requests under way at once. Default 4096. */
  readonly mostRequests?: number;
  /** Further origins whose pages may call. */
  readonly allowedOrigins?: readonly string[];
  readonly corsChecks?: boolean;
  /** Answer DNS for this machine's names, with `aws` for AWS's, too, on the first of these ports that is free. */
  readonly dns?: { readonly ports: readonly number[]; readonly resolveTo?: string; readonly aws?: boolean };
  /** One OpenTelemetry span a call, sent by OTLP over HTTP to this URL (default: what `OTEL_EXPORTER_OTLP_ENDPOINT` says). */
  readonly traces?: { readonly url?: string };
  /** Answer HTTPS on the same port, and be a proxy (CONNECT) for it; the local authority is kept in this folder. */
  readonly https?: { readonly folder: string };
  /** Ends the process that this cloud is all of: what `POST /_squall/shutdown` asks for. Default: it is refused. */
  readonly shutdown?: () => void;
  /** Init hooks: where they are, and the environment that they run in (beside what reaches this cloud), which is asked for when there are any. */
  readonly init?: {
    readonly folders: readonly HookFolder[];
    environment(): Readonly<Record<string, string>>;
    /** Of a container that hooks were written for: they find these at their places there. */
    readonly paths?: readonly ContainerPath[];
  };
}

/** A running local AWS. */
export interface Cloud extends AsyncDisposable {
  /** `http://127.0.0.1:4566`: where this machine reaches it; without a port when it does not listen. */
  readonly url: string;
  readonly port: number;
  /** The address that it listens on. */
  readonly host: string;
  readonly seed: string;
  readonly log: Log;
  readonly bus: Bus;
  readonly clock: {
    now(): number;
    /** Moves time on by `PT5M`, `30s` or milliseconds, and fires what falls due on the way. */
    advance(by: string | number): Promise<void>;
    setRate(rate: number): void;
  };
  /** Calls an operation of a service, with the same faults and records as any call. @throws AwsError */
  call<O = Record<string, unknown>>(
    service: string,
    operation: string,
    input: object,
    options?: CallOptions,
  ): Promise<O>;
  readonly faults: {
    /** Adds a rule. @throws RuleError for one that can never match */
    add(rule: FaultRuleInput): Promise<FaultRule>;
    remove(id: string): boolean;
    list(): FaultRule[];
    /** How often a rule has matched and fired; undefined for one that is not there. */
    counts(id: string): { readonly matched: number; readonly fired: number } | undefined;
    clear(): void;
  };
  readonly calls: {
    /** Remembered calls, oldest first. */
    all(): CallRecord[];
    of(service: string, operation?: string): CallRecord[];
    /** Sequence number of the last call before `POST /_squall/mark`; undefined without one. */
    readonly markedAt: number | undefined;
    clear(): void;
  };
  /** Everything that is kept, by resource, without what differs from run to run: two runs that did the same give the same. */
  digest(): ResourceDigest[];
  /**
   * Moves the clock ahead until nothing happens any more by itself: messages are received, retries made, timers run out.
   * Functions that run are waited for. @param within at most so much of the clock's time (`PT15M`)
   */
  settle(within?: string | number): Promise<Settled>;
  /** What this run has made of its cassette; undefined without one. */
  readonly cassette: TapeReport | undefined;
  /** Replaces everything with a state file's content (`GET /_squall/state`). */
  load(state: AsyncIterable<Uint8Array>): Promise<void>;
  /** Empties everything, or one service. */
  reset(service?: string): Promise<void>;
  /** Resolves when the init hooks of the stage READY have run. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}
