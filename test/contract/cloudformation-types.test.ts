import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { AwsError } from "../../src/core/aws-error.ts";
import type { CallService } from "../../src/core/service.ts";
import type { Cloud } from "../../src/index.ts";
import { identifierOf } from "../../src/services/cloudformation/cloud-control/identifier.ts";
import { isReplaced } from "../../src/services/cloudformation/resource-state.ts";
import {
  allTypes,
  type Existing,
  loadType,
  type Made,
  type ResourceContext,
  type ResourceType,
} from "../../src/services/cloudformation/resource-type.ts";
import { isMap, type Value, type Values } from "../../src/services/cloudformation/sam/value.ts";
import { newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";
import { CASES, type TypeCase } from "./cloudformation/cases.ts";

/*
 * Each type is made, changed, read back from its service and deleted, after which nothing is left of it. What a type reads after
 * that is what its template says: nothing has drifted.
 */

const REGION = "us-east-1";
const FAILURE = new AwsError("InternalFailure", "This call fails.", { status: 500 });
const READS = /^(?:Get|Describe|List|Head)/;

let cloud: Cloud;
let call: CallService;

before(async () => {
  cloud = await testCloud();
  ({ call } = cloud as unknown as { call: CallService });
});
after(() => cloud.stop());

/** A stack's place in an account, whose calls are noted. */
function contextIn(
  account: string,
  said: unknown[],
  asking: (operation: string) => void,
  made: (made: Made) => void,
): ResourceContext {
  let names = 0;
  return {
    logicalId: "Resource",
    stackName: "stack",
    stackId: `arn:aws:cloudformation:${REGION}:${account}:stack/stack/1`,
    account,
    region: REGION,
    partition: "aws",
    stackTags: { stack: "one" },
    stackTagsBefore: {},
    name: (most = 255) => {
      names += 1;
      return `stack-resource-${names}`.slice(0, most);
    },
    async call<O>(service: string, operation: string, input: object): Promise<O> {
      asking(operation);
      const output = await call<O>(service, operation, input, { account, region: REGION });
      said.push(output);
      return output;
    },
    async until(holds) {
      await until(holds);
    },
    made,
    engine: {
      awaitSignals: () => Promise.reject(new Error("nothing here waits for signals")),
      signalUrl: () => "",
      newId: () => randomUUID(),
    },
  };
}

/** One resource of a case, as it is now. */
interface Resource {
  readonly type: ResourceType;
  readonly existing: Existing;
}

class Stack {
  readonly said: unknown[] = [];
  /** The operations that were called. */
  readonly asked: string[] = [];
  readonly at: ResourceContext;
  readonly resources = new Map<string, Resource>();
  /** The operations that the creation of each resource called, by logical id. */
  readonly creations = new Map<string, string[]>();
  readonly #case: TypeCase;
  #creating: { readonly id: string; readonly type: ResourceType; readonly properties: Values } | undefined;

  /** @param failing which operation of which resource's creation fails, once that has made anything */
  constructor(
    account: string,
    typeCase: TypeCase,
    failing?: readonly [logicalId: string, operation: string],
  ) {
    const asking = (operation: string) => {
      this.asked.push(operation);
      const calls = this.creations.get(this.#creating?.id ?? "");
      if (!calls) return;
      const isBegun = calls.some((one) => !READS.test(one));
      calls.push(operation);
      if (isBegun && failing?.[0] === this.#creating?.id && failing?.[1] === operation) throw FAILURE;
    };
    this.at = contextIn(account, this.said, asking, (made) => this.#made(made));
    this.#case = typeCase;
  }

  async create(): Promise<void> {
    for (const [id, { Type, Properties = {} }] of Object.entries(this.#case.resources)) {
      const type = await loadType(Type);
      const properties = this.#resolve(Properties as Values) as Values;
      this.#creating = { id, type, properties };
      this.creations.set(id, []);
      this.#made(await type.create(properties, this.at));
      this.#creating = undefined;
    }
  }

  async delete(): Promise<void> {
    this.#creating = undefined;
    for (const { type, existing } of [...this.resources.values()].reverse())
      await type.delete(existing, this.at);
  }

  #made(made: Made): void {
    const { id, type, properties } = this.#creating!;
    this.resources.set(id, { type, existing: { properties, attributes: {}, ...made } });
  }

  async update(): Promise<void> {
    for (const [id, changed] of Object.entries(this.#case.changed ?? {})) {
      const { type, existing } = this.resources.get(id) as Resource;
      const written = { ...this.#case.resources[id]?.Properties, ...changed } as Values;
      const properties = this.#resolve(written) as Values;
      assert.ok(type.update, `${type.type} can be updated`);
      assert.ok(
        !isReplaced(type, existing.properties, properties),
        `${type.type} is replaced by none of ${Object.keys(changed)}`,
      );
      const made = await type.update(existing, properties, this.at);
      assert.equal(made?.id ?? existing.id, existing.id);
      this.resources.set(id, { type, existing: { ...existing, ...made, properties } });
    }
  }

  #resolve(value: Value): Value {
    if (Array.isArray(value)) return value.map((item) => this.#resolve(item));
    if (!isMap(value)) return value;
    if (typeof value["Ref"] === "string") return this.resources.get(value["Ref"])?.existing.id ?? null;
    if (Array.isArray(value["Fn::GetAtt"])) {
      const [id, name] = value["Fn::GetAtt"] as [string, string];
      const attribute = this.resources.get(id)?.existing.attributes[name];
      assert.ok(attribute !== undefined, `${id} has the attribute ${name}`);
      return attribute as Value;
    }
    if (Array.isArray(value["Fn::Join"])) {
      const [between, parts] = value["Fn::Join"] as [string, Value];
      return (this.#resolve(parts) as Value[]).join(between);
    }
    if (Array.isArray(value["Fn::Split"])) {
      const [at, text] = value["Fn::Split"] as [string, Value];
      return String(this.#resolve(text)).split(at);
    }
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#resolve(item)]));
  }
}

/** Is what is expected somewhere in what was said? */
function isSaid(said: unknown, expected: object): boolean {
  if (typeof said === "string" && said.startsWith("{")) return isSaid(JSON.parse(said), expected);
  if (typeof said !== "object" || said === null) return false;
  try {
    assert.partialDeepStrictEqual(JSON.parse(JSON.stringify(said)), expected);
    return true;
  } catch {
    return Object.values(said).some((part) => isSaid(part, expected));
  }
}

/** The operations of a creation that come after its first that makes anything. */
function laterCalls(calls: readonly string[]): Set<string> {
  const first = calls.findIndex((operation) => !READS.test(operation));
  return new Set(first < 0 ? [] : calls.slice(first + 1));
}

/** What is left of an account's resources. */
async function left(account: string): Promise<string[]> {
  const answer = await fetch(`${cloud.url}/_squall/resources`);
  const { resources } = (await answer.json()) as { resources: { arn: string; account: string }[] };
  return resources.filter((resource) => resource.account === account).map(({ arn }) => arn);
}

/** The tags of an account's resources. */
async function tagsIn(account: string) {
  const answer = await fetch(`${cloud.url}/_squall/resources`);
  const { resources } = (await answer.json()) as {
    resources: { arn: string; account: string; cloudFormationType: string; tags: Record<string, string> }[];
  };
  return new Map(resources.filter((one) => one.account === account).map((one) => [one.arn, one]));
}

/** Cloud Control lists what a service declares under the type's name, by the identifier that the type has. */
async function isListed(TypeName: string, { id, properties }: Existing, account: string): Promise<void> {
  const answer = await fetch(`${cloud.url}/_squall/resources`);
  const { resources } = (await answer.json()) as { resources: { cloudFormationType?: string }[] };
  if (/^AWS::(CloudFormation|CDK)/.test(TypeName)) return;
  if (!resources.some(({ cloudFormationType }) => cloudFormationType === TypeName)) return;
  const where = { account, region: REGION };
  const all = await call<{ ResourceDescriptions: { Identifier: string }[] }>(
    "cloudcontrol",
    "ListResources",
    { TypeName },
    where,
  );
  const identifiers = all.ResourceDescriptions.map(({ Identifier }) => Identifier);
  const wanted = identifierOf(TypeName, id, properties);
  assert.ok(identifiers.includes(wanted), `${TypeName}: ${wanted} is among ${identifiers}`);
}

describe("CloudFormation's types", () => {
  for (const typeCase of CASES) {
    const names = [
      ...new Set(Object.values(typeCase.resources).map(({ Type }) => Type.replace("AWS::", ""))),
    ];
    test(
      `are made, changed, read and deleted, and leave nothing when their creation breaks off: ${names.join(", ")}`,
      needs(...(typeCase.needs ? [typeCase.needs] : [])),
      async () => {
        const account = newAccount();
        const stack = new Stack(account, typeCase);
        await typeCase.prepare?.((service, operation, input) => stack.at.call(service, operation, input));
        await stack.create();
        await stack.update();
        for (const [id, { type, existing }] of stack.resources) {
          stack.said.length = 0;
          const read = await type.read?.(existing, stack.at);
          assert.deepEqual(read, existing.properties, `${id}, ${type.type}, is as its template says`);
          const expected = typeCase.shows?.[id];
          if (expected) assert.ok(isSaid(stack.said, expected), `${id}: ${JSON.stringify(stack.said)}`);
          await isListed(type.type, existing, account);
        }
        const tagged = await tagsIn(account);
        const taggedTypes = new Set(
          [...stack.resources.values()].flatMap(({ type }) => (type.isTagged ? [type.type] : [])),
        );
        for (const { type, existing } of stack.resources.values()) {
          if (!type.isTagged) continue;
          assert.ok(type.update, `${type.type} is tagged, so it can be updated`);
          const retagged = { ...stack.at, stackTags: { other: "two" }, stackTagsBefore: { stack: "one" } };
          stack.asked.length = 0;
          await type.update(existing, existing.properties, retagged);
          const added = stack.asked.findIndex((operation) =>
            /^(?:Tag|AddTags|CreateTags|CreateOrUpdateTags)/.test(operation),
          );
          const removed = stack.asked.findIndex((operation) =>
            /^(?:Untag|RemoveTags|DeleteTags)/.test(operation),
          );
          // One that has as many tags as it may have has no room for another before.
          if (removed >= 0) assert.ok(removed < added, `${type.type}: ${stack.asked}`);
        }
        for (const [arn, { cloudFormationType, tags }] of await tagsIn(account)) {
          if (tagged.get(arn)?.tags["stack"] !== "one") continue;
          if (!taggedTypes.has(cloudFormationType)) continue;
          assert.deepEqual([tags["stack"], tags["other"]], [undefined, "two"], arn);
        }
        for (const { type, existing } of [...stack.resources.values()].reverse()) {
          await type.delete(existing, stack.at);
          // What is gone already is deleted.
          await type.delete(existing, stack.at);
          if (type.type !== "AWS::ApiGateway::Account")
            assert.equal(await type.read?.(existing, stack.at), undefined, type.type);
        }
        const isLeft = (arn: string) => !typeCase.leaves?.test(arn);
        assert.deepEqual((await left(account)).filter(isLeft), []);
        for (const [id, calls] of stack.creations) {
          for (const operation of laterCalls(calls)) {
            const where = newAccount();
            const broken = new Stack(where, typeCase, [id, operation]);
            await typeCase.prepare?.((...given) => broken.at.call(...given));
            await assert.rejects(broken.create(), FAILURE, `${id}: ${operation}`);
            await broken.delete();
            assert.deepEqual((await left(where)).filter(isLeft), [], `${id}: ${operation} fails`);
          }
        }
      },
    );
  }

  test("are all in a case, for the services of which any is", async () => {
    const inCases = new Set(
      CASES.flatMap(({ resources }) => Object.values(resources).map(({ Type }) => Type)),
    );
    const service = (type: string) => type.split("::")[1];
    const services = new Set([...inCases].map(service));
    const all = (await allTypes()).map(({ type }) => type).filter((type) => services.has(service(type)));
    assert.deepEqual(
      all.filter((type) => !inCases.has(type)),
      [],
    );
  });
});
