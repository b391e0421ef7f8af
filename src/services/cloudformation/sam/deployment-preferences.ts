import { Draft } from "./draft.ts";
import { invalidResource } from "./errors.ts";
import { anyOf, getAtt, isIf, isIntrinsic, isNoValue, ref, sub } from "./intrinsics.ts";
import { managedPolicy, trustOf } from "./roles.ts";
import { tagList } from "./tags.ts";
import { copy, given, isFilled, isMap, own, type Value, type Values } from "./value.ts";

const APPLICATION = "ServerlessDeploymentApplication";
const ROLE = "CodeDeployServiceRole";
const CONDITION = "ServerlessCodeDeployCondition";

/** Ways of CodeDeploy for functions, which have a prefix there. */
const CONFIGURATIONS = [
  "Canary10Percent5Minutes",
  "Canary10Percent10Minutes",
  "Canary10Percent15Minutes",
  "Canary10Percent30Minutes",
  "Linear10PercentEvery1Minute",
  "Linear10PercentEvery2Minutes",
  "Linear10PercentEvery3Minutes",
  "Linear10PercentEvery10Minutes",
  "AllAtOnce",
];

interface Preference {
  readonly type: Value;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  readonly alarms: Value | undefined;
  readonly role: Value | undefined;
  readonly triggers: Value | undefined;
  readonly condition: string | undefined;
  readonly tags: Values | undefined;
}

/**
 * `DeploymentPreference` of functions: CodeDeploy shifts the traffic of their aliases.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html
 */
export class DeploymentPreferences {
  readonly #partition: string;
  readonly #enabled = new Map<string, Preference>();
  /** Conditions of functions whose deployments are off count as none. */
  #count = 0;

  constructor(partition: string) {
    this.#partition = partition;
  }

  /** Notes the preference of a function; says whether it is on. */
  add(id: string, preference: Values, condition: Value | undefined, tags: Values | undefined): boolean {
    const enabled = Object.hasOwn(preference, "Enabled") ? (preference["Enabled"] as Value) : true;
    this.#count += 1;
    if (!isFilled(enabled) || enabled === "false" || enabled === "False") return false;
    if (!Object.hasOwn(preference, "Type")) {
      throw invalidResource(id, "'DeploymentPreference' is missing required Property 'Type'");
    }
    const hooks = preference["Hooks"] ?? {};
    if (!isMap(hooks)) {
      throw invalidResource(id, "'Hooks' property of 'DeploymentPreference' must be a dictionary");
    }
    this.#enabled.set(id, {
      type: preference["Type"] as Value,
      before: own(hooks, "PreTraffic"),
      after: own(hooks, "PostTraffic"),
      alarms: own(preference, "Alarms"),
      role: own(preference, "Role"),
      triggers: own(preference, "TriggerConfigurations"),
      condition:
        preference["PassthroughCondition"] === true && typeof condition === "string" ? condition : undefined,
      tags,
    });
    return true;
  }

  /** The update policy of the alias of a function. */
  updatePolicy(id: string): Values {
    const preference = this.#enabled.get(id);
    const isNothing = (hook: Value | undefined) => isMap(hook) && hook["Ref"] === null;
    return {
      CodeDeployLambdaAliasUpdate: given({
        ApplicationName: ref(APPLICATION),
        DeploymentGroupName: ref(groupId(id)),
        BeforeAllowTrafficHook: isNothing(preference?.before) ? undefined : preference?.before,
        AfterAllowTrafficHook: isNothing(preference?.after) ? undefined : preference?.after,
      }),
    };
  }

  /** CodeDeploy's application, its role unless all functions bring their own, and a group for each function. */
  drafts(): Draft[] {
    if (this.#enabled.size === 0) return [];
    const condition = this.#condition();
    const attributes: Values = condition === undefined ? {} : { Condition: condition };
    const tags = this.#tags();
    const drafts = [
      new Draft(
        "AWS::CodeDeploy::Application",
        APPLICATION,
        { ComputePlatform: "Lambda", Tags: tags },
        attributes,
      ),
    ];
    if (this.#preferences().some((preference) => !isFilled(preference.role))) {
      const limited = ["aws-iso", "aws-iso-b"].includes(this.#partition) ? "Limited" : "";
      const policy = managedPolicy(`service-role/AWSCodeDeployRoleForLambda${limited}`, this.#partition);
      drafts.push(
        new Draft(
          "AWS::IAM::Role",
          ROLE,
          {
            AssumeRolePolicyDocument: trustOf("codedeploy.amazonaws.com"),
            ManagedPolicyArns: [policy],
            Tags: tags,
          },
          attributes,
        ),
      );
    }
    return drafts;
  }

  /** The group of each function; a fault of one does not hide those of others. */
  groups(): (() => Draft)[] {
    return [...this.#enabled].map(
      ([id, preference]) =>
        () =>
          group(id, preference),
    );
  }

  /** The conditions that CodeDeploy's resources need where all functions have some, and different ones. */
  conditions(): Values {
    const all = this.#conditions();
    return this.#needsCondition() && all.length > 1 ? anyOf(all, CONDITION) : {};
  }

  #condition(): string | undefined {
    if (!this.#needsCondition()) return undefined;
    const all = this.#conditions();
    return all.length > 1 ? CONDITION : all[0];
  }

  #needsCondition(): boolean {
    return this.#count > 0 && this.#preferences().every((preference) => preference.condition !== undefined);
  }

  #conditions(): string[] {
    const all = this.#preferences().map((preference) => preference.condition);
    return [...new Set(all.filter((condition) => condition !== undefined))];
  }

  #tags(): Value | undefined {
    const tags = Object.assign({}, ...this.#preferences().map((preference) => preference.tags)) as Values;
    return Object.keys(tags).length > 0 ? tagList(tags) : undefined;
  }

  #preferences(): Preference[] {
    return [...this.#enabled.values()];
  }
}

function groupId(id: string): string {
  return `${id}DeploymentGroup`;
}

function group(id: string, preference: Preference): Draft {
  return new Draft(
    "AWS::CodeDeploy::DeploymentGroup",
    groupId(id),
    {
      AlarmConfiguration: alarms(id, preference.alarms),
      ApplicationName: ref(APPLICATION),
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
      },
      DeploymentConfigName: configuration(copy(preference.type)),
      DeploymentStyle: { DeploymentType: "BLUE_GREEN", DeploymentOption: "WITH_TRAFFIC_CONTROL" },
      ServiceRoleArn: isFilled(preference.role) ? preference.role : getAtt(ROLE, "Arn"),
      TriggerConfigurations: isFilled(preference.triggers) ? preference.triggers : undefined,
      Tags: isFilled(preference.tags) ? tagList(preference.tags) : undefined,
    },
    preference.condition === undefined ? {} : { Condition: preference.condition },
  );
}

function alarms(id: string, wanted: Value | undefined): Value | undefined {
  if (!isFilled(wanted) || isNoValue(wanted)) return undefined;
  const list = (value: Value): Value => {
    if (!Array.isArray(value)) throw invalidResource(id, "Alarms must be a list");
    if (value.length === 0 || isNoValue(value[0])) return {};
    return { Enabled: true, Alarms: value.map((alarm) => ({ Name: alarm })) };
  };
  if (!isIf(wanted)) return list(wanted);
  const items = wanted["Fn::If"];
  if (!Array.isArray(items) || items.length !== 3) throw invalidResource(id, "Fn::If requires 3 arguments");
  const [condition, yes, no] = items as [Value, Value, Value];
  return { "Fn::If": [condition, list(yes), list(no)] };
}

/** A way that CodeDeploy has, by its name there; in functions, too. */
function configuration(value: Value, within?: string): Value {
  if (Array.isArray(value)) return value.map((item) => configuration(item));
  if (isIntrinsic(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, configuration(item, name)]));
  }
  if (typeof value !== "string" || !CONFIGURATIONS.includes(value)) return value;
  const named: Value[] = ["CodeDeployDefault.Lambda${ConfigName}", { ConfigName: value }];
  return within === "Fn::Sub" ? named : sub(named[0] as string, named[1] as Values);
}
