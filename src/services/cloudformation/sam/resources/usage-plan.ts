import { Draft } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { ref } from "../intrinsics.ts";
import { addConditions, type Translation } from "../translation.ts";
import { includes, isFilled, isMap, type Value, type Values } from "../value.ts";

const CONDITION = "SharedUsagePlanCondition";
const PROPERTIES = ["UsagePlanName", "Description", "Quota", "Tags", "Throttle"];

/** What the plan and the key that several APIs share are made of so far. */
export class SharedUsagePlan {
  readonly apis: string[] = [];
  readonly apiStages: Value[] = [];
  readonly stageKeys: Value[] = [];
  readonly #conditions: string[] = [];
  #isForSome = true;
  #deletion: Value | undefined;
  #replacement: Value | undefined;

  /** The attributes of what is shared: what one of the APIs keeps is kept, and it is there when any of them is. */
  attributes(api: Values, translation: Translation): Values {
    this.#keep(api);
    this.#condition(api["Condition"], translation);
    const attributes: Values = {};
    if (this.#deletion !== undefined) attributes["DeletionPolicy"] = this.#deletion;
    if (this.#replacement !== undefined) attributes["UpdateReplacePolicy"] = this.#replacement;
    if (this.#conditions.length > 0 && this.#isForSome) attributes["Condition"] = CONDITION;
    return attributes;
  }

  #keep(api: Values): void {
    const { DeletionPolicy, UpdateReplacePolicy } = api;
    if (isFilled(DeletionPolicy) && (this.#deletion === undefined || DeletionPolicy === "Retain")) {
      this.#deletion = DeletionPolicy;
    }
    if (!isFilled(UpdateReplacePolicy)) return;
    const isStronger =
      UpdateReplacePolicy === "Retain" ||
      (UpdateReplacePolicy === "Snapshot" && this.#replacement === "Delete");
    if (this.#replacement === undefined || isStronger) this.#replacement = UpdateReplacePolicy;
  }

  #condition(condition: Value | undefined, translation: Translation): void {
    if (!this.#isForSome) return;
    if (typeof condition !== "string") {
      this.#isForSome = false;
      const conditions = translation.output["Conditions"];
      if (isMap(conditions)) delete conditions[CONDITION];
      return;
    }
    if (this.#conditions.includes(condition)) return;
    this.#conditions.push(condition);
    const any = this.#conditions.map((name) => ({ Condition: name }));
    addConditions(translation, { [CONDITION]: any.length > 1 ? { "Fn::Or": any } : condition });
  }
}

/** `Auth.UsagePlan`: a plan, a key and what ties them, for one API or for all. */
export function usagePlan(
  id: string,
  plan: Value | undefined,
  stage: Draft,
  passedOn: Values,
  translation: Translation,
): Draft[] {
  if (plan === undefined || plan === null) return [];
  if (!isMap(plan)) throw invalidResource(id, "'UsagePlan' must be a dictionary");
  if (Object.keys(plan).some((name) => name !== "CreateUsagePlan" && !PROPERTIES.includes(name))) {
    throw invalidResource(id, "Invalid property for 'UsagePlan'");
  }
  const kind = plan["CreateUsagePlan"];
  if (kind === undefined) throw invalidResource(id, "'CreateUsagePlan' is a required field for UsagePlan.");
  if (kind !== "SHARED" && kind !== "PER_API" && kind !== "NONE") {
    throw invalidResource(id, "'CreateUsagePlan' accepts one of ['SHARED', 'PER_API', 'NONE'].");
  }
  if (kind === "NONE") return [];
  const settings = Object.fromEntries(
    PROPERTIES.filter((name) => isFilled(plan[name])).map((name) => [name, plan[name] as Value]),
  );
  const apiStage = { ApiId: ref(id), Stage: ref(stage.id) };
  const stageKey = { RestApiId: ref(id), StageName: ref(stage.id) };
  if (kind === "PER_API") return drafts(id, settings, [id], [apiStage], [stageKey], passedOn);
  const shared = translation.usagePlan;
  if (!shared.apis.includes(id)) shared.apis.push(id);
  if (!includes(shared.apiStages, apiStage)) shared.apiStages.push(apiStage);
  if (!includes(shared.stageKeys, stageKey)) shared.stageKeys.push(stageKey);
  const attributes = shared.attributes(passedOn, translation);
  return drafts("Serverless", settings, shared.apis, shared.apiStages, shared.stageKeys, attributes);
}

function drafts(
  prefix: string,
  settings: Values,
  apis: readonly string[],
  apiStages: readonly Value[],
  stageKeys: readonly Value[],
  attributes: Values,
): Draft[] {
  const plan = new Draft(
    "AWS::ApiGateway::UsagePlan",
    `${prefix}UsagePlan`,
    { ApiStages: [...apiStages], ...settings },
    attributes,
  );
  plan.dependsOn = [...apis];
  const key = new Draft(
    "AWS::ApiGateway::ApiKey",
    `${prefix}ApiKey`,
    { Enabled: true, StageKeys: [...stageKeys] },
    attributes,
  );
  key.dependsOn = [plan.id];
  const tie = new Draft(
    "AWS::ApiGateway::UsagePlanKey",
    `${prefix}UsagePlanKey`,
    { KeyId: key.ref, KeyType: "API_KEY", UsagePlanId: plan.ref },
    attributes,
  );
  tie.dependsOn = [key.id];
  return [plan, key, tie];
}
