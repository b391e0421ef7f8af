/** What a scenario leaves open. */
export interface ScenarioChoice {
  /** Of the experiment. */
  readonly role: string;
  /** The zone that is struck: `us-east-1a`. */
  readonly zone: string;
  readonly region: string;
  /** The Region that cannot be reached: `us-west-2`. */
  readonly otherRegion: string;
  /** The roles that launch instances. */
  readonly launchRoles: readonly string[];
  /** Which pods of a cluster are struck, and in whose name; of scenarios on pods. */
  readonly pods?: {
    readonly cluster: string;
    readonly namespace: string;
    /** `app=cart` */
    readonly selector: string;
    readonly serviceAccount: string;
  };
  /** How long it lasts (ISO 8601). Default: as long as the scenario has it. */
  readonly duration?: string;
}

/**
 * A ready experiment template, as AWS FIS has it in its scenario library: several faults that belong together.
 * https://docs.aws.amazon.com/fis/latest/userguide/scenario-library.html
 */
export interface Scenario {
  /** As a command has it: `az-power`. */
  readonly name: string;
  /** As AWS calls it. */
  readonly title: string;
  readonly description: string;
  /** Which resources it strikes: those that are tagged so. */
  readonly tags: readonly string[];
  /** It wants to know which pods. */
  readonly onPods?: true;
  template(choice: ScenarioChoice): Readonly<Record<string, unknown>>;
}

/** What every one of them has: what is not there is skipped. */
export const common = (title: string, { role }: ScenarioChoice) => ({
  roleArn: role,
  stopConditions: [{ source: "none" }],
  experimentOptions: { accountTargeting: "single-account", emptyTargetResolutionMode: "skip" },
  tags: { Name: title },
});

/** Actions on the same targets, one after the other. @param targets as an action names them: `{ Pods: "EKS-Pods" }` */
export const inTurn = (
  steps: Readonly<Record<string, object>>,
  targets: Readonly<Record<string, string>>,
): Readonly<Record<string, object>> =>
  Object.fromEntries(
    Object.entries(steps).map(([step, action], n, all) => [
      step,
      { ...action, targets, ...(n > 0 && { startAfter: [all[n - 1]?.[0]] }) },
    ]),
  );

/** All resources of a type with a tag. */
export const tagged = (
  resourceType: string,
  [key, value]: readonly [key: string, value: string],
  more: object = {},
) => ({ resourceType, resourceTags: { [key]: value }, selectionMode: "ALL", ...more });
