import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalog } from "../../src/aws/catalog.ts";
import { iamRequestsOf } from "../../src/aws/iam-request.ts";
import { loadModel, type ServiceModel } from "../../src/models/model.ts";
import { loadDeclarations } from "../../src/service-folders.ts";
import { testCloud } from "../cloud.ts";

/* Whoever hands a role to a service must be let: else everybody who may call one service has what every role may. */

const declarations = await loadDeclarations();
const catalog = new Catalog(declarations);
const ROLE = "arn:aws:iam::000000000000:role/passed";

/** Members that name a role which no service takes for its own work. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "sts AssumeRole RoleArn": "it is what the operation is on",
  "sts AssumeRoleWithSAML RoleArn": "it is what the operation is on",
  "sts AssumeRoleWithWebIdentity RoleArn": "it is what the operation is on",
};

/** Texts in an input that are a role's ARN by their name, as paths of members. */
function* rolesIn(
  model: ServiceModel,
  shape: string,
  path: readonly string[] = [],
): Iterable<readonly string[]> {
  const { type, members = {}, member, value } = model.shapes[shape] ?? { type: "string" };
  if (path.length > 8) return;
  if (type === "structure") {
    for (const [name, ref] of Object.entries(members)) {
      if (path.includes(name)) continue;
      const isText = (model.shapes[ref.shape]?.type ?? "string") === "string";
      if (isText && /role_?arn$|^role$|credentials(Arn)?$/i.test(name)) yield [...path, name];
      else yield* rolesIn(model, ref.shape, [...path, name]);
    }
  } else if (type === "list" && member) yield* rolesIn(model, member.shape, [...path, "[]"]);
  else if (type === "map" && value) yield* rolesIn(model, value.shape, [...path, "{}"]);
}

/** An input with the role at a path and nothing else. */
function inputWith([step, ...others]: readonly string[]): unknown {
  if (step === undefined) return ROLE;
  if (step === "[]") return [inputWith(others)];
  return { [step === "{}" ? "key" : step]: inputWith(others) };
}

test("whoever hands a role to a service needs iam:PassRole for it, wherever an input has room for one", async () => {
  await using cloud = await testCloud();
  const { services } = (await (await fetch(`${cloud.url}/_squall/services`)).json()) as {
    services: { service: string; implemented: string[] }[];
  };
  const missing: string[] = [];
  let looked = 0;
  for (const { service, implemented } of services) {
    const model = loadModel(service);
    if (!model || service === "iam") continue;
    for (const operation of implemented) {
      const shape = model.operations[operation]?.input?.shape;
      for (const path of shape ? rolesIn(model, shape) : []) {
        const name = `${service} ${operation} ${path.join(".")}`;
        // DynamoDB scales with a role that is linked to the service.
        if (name in OTHERWISE || name.endsWith("AutoScalingRoleArn")) continue;
        looked++;
        const call = {
          service,
          operation,
          input: inputWith(path) as Record<string, unknown>,
          account: "000000000000",
          region: "us-east-1",
          caller: { arn: "arn:aws:iam::000000000000:user/ann" },
        };
        const wanted = iamRequestsOf(call, catalog);
        const isWanted = wanted.some(
          ({ action, resources }) => action === "iam:PassRole" && resources.includes(ROLE),
        );
        if (!isWanted) missing.push(name);
      }
    }
  }
  assert.ok(looked > 20, `${looked} roles`);
  assert.deepEqual(missing, []);
});
