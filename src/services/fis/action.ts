import type { FaultRule, FaultRuleInput } from "../../core/fault.ts";
import type { Log } from "../../core/log.ts";
import type { CallService, ServiceHost } from "../../core/service.ts";
import type { Owed } from "./debts.ts";

/**
 * An action of FIS's catalogue: what a template may say of it, and what it does.
 * https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export interface FisAction {
  /** `aws:fis:wait`; the file is named `aws-fis-wait.ts`. */
  readonly id: string;
  /** The action that an id below its own stands for: `aws:ssm:send-command/AWSFIS-Run-CPU-Stress`. */
  below?(name: string): FisAction;
  /** Ids that older templates use. */
  readonly formerIds?: readonly string[];
  readonly description: string;
  /** Of an action that acts: what a client of its targets sees. */
  readonly how?: string;
  /** Target key → resource type. */
  readonly targets?: Readonly<Record<string, string>>;
  /** Target keys that a template may leave out unless Squall is strict. */
  readonly optionalTargets?: readonly string[];
  /** The only way in which AWS lets its targets be picked; Squall takes others as well unless it is strict. */
  readonly targetsOnlyBy?: "resourceArns" | "resourceTags";
  /** AWS's quota of the resources that it may act on in an experiment, when they are picked by tags, filters or parameters. */
  readonly targetQuota?: number;
  /** The quota is also of resources that are named by their ARNs. */
  readonly quotaCountsArns?: boolean;
  readonly parameters: Readonly<Record<string, ActionParameter>>;
  /** Takes parameters that it does not declare, and ignores them. */
  readonly takesAnyParameter?: boolean;
  /** What is wrong with parameters that are right one by one; undefined when nothing is. */
  check?(parameters: ParameterValues, strict: boolean): string | undefined;
  /** How long it stays active once started, in milliseconds. Default: its `duration`; 0 when it has none. */
  lasts?(parameters: ParameterValues): number;
  /** What the experiment's role must be allowed although no call is made for it: IAM actions on a target's resources, or on the experiment. */
  readonly permissions?: readonly {
    readonly action: string;
    readonly on: "experiment" | { readonly target: string };
  }[];
  /** True when its start waits for calls of other services: the answer of StartExperiment then does not wait for it. */
  readonly callsServices?: boolean;
  /**
   * Begins to act and says how to undo it. Rules that it adds are removed without its doing.
   * Absent: the action is only in the catalogue, and fails when its turn comes.
   * @throws ActionFailure
   */
  start?(run: ActionRun): Undo | undefined | Promise<Undo | undefined>;
  /**
   * Pays what `start` has said that it owes: puts right what calls have changed. It happens once, at the action's end; when the
   * process has been killed meanwhile, in the next one.
   */
  settle?(owed: Owed, run: ActionRun): Promise<void>;
}

/** Values as templates have them: text, whatever the type. */
export type ParameterValues = Readonly<Record<string, string>>;

/** Ends what lives with the process alone, such as a timer. What is in the store is undone by `settle`. */
export type Undo = () => void | Promise<void>;

/** A parameter of an action. Its value is always text; the type says what the text must be. */
export interface ActionParameter {
  readonly type: "string" | "duration" | "integer" | "number" | "boolean" | "json" | "list";
  readonly description: string;
  readonly required?: boolean;
  readonly values?: readonly string[];
  /** Least number, or least duration in milliseconds. */
  readonly min?: number;
  /** Greatest number, greatest duration in milliseconds, or most items of a list. */
  readonly max?: number;
}

/** A resource that a target was resolved to. */
export interface TargetResource {
  /** Of what has no ARN on AWS (a pod): one that tells it apart here. */
  readonly arn: string;
  readonly account: string;
  /** What AWS shows of one that has no ARN. */
  readonly information?: Readonly<Record<string, string>>;
}

/** An action's view of the experiment that it runs in. */
export interface ActionRun {
  readonly experiment: {
    readonly id: string;
    readonly arn: string;
    /** The account that the experiment is in; its targets may be in others. */
    readonly account: string;
    /** Every account that is targeted. */
    readonly accounts: readonly string[];
    readonly region: string;
    readonly roleArn: string;
  };
  /** The action's name in the template. */
  readonly name: string;
  readonly parameters: ParameterValues;
  /** The resources of a target; undefined when the template names no target for the key. */
  targets(key: string): readonly TargetResource[] | undefined;
  targetParameters(key: string): ParameterValues;
  /** Adds a rule that lives as long as the action. @throws RuleError */
  addRule(rule: FaultRuleInput): FaultRule;
  /** Keeps what the action has to undo when it ends, before it does it: `settle` gets it back. */
  owe(owed: Owed): void;
  /** Calls a service with the experiment's role. */
  readonly call: CallService;
  readonly host: ServiceHost;
  readonly log: Log;
  /** Ends an action that has done what it had to do, before its time is over. */
  complete(): void;
  /** Ends it as failed. */
  fail(failure: Error): void;
  /** Aborted when the experiment is stopped. */
  readonly signal: AbortSignal;
  /** Aborted when the process ends, or the experiment is gone: what the action owes is not paid in this process then. */
  readonly interrupted: AbortSignal;
}

/** Why an action failed, as its state's reason, with one of FIS's error codes. */
export class ActionFailure extends Error {
  readonly code: string;

  constructor(reason: string, code = "ConfigurationFailure") {
    super(reason);
    this.code = code;
  }
}
