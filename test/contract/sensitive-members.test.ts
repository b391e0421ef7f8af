import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { shownInput, shownOutput } from "../../src/gateway/shown-input.ts";
import { loadModel, type ServiceModel } from "../../src/models/model.ts";

/*
 * AWS's models say which members are sensitive. What of these Squall shows in records and to who looks on is what people look for
 * there: it stands below, by service, and everything else is hidden.
 */

/** What a program hands on, which is looked at to see what it did; names, ids and descriptions; and what is served by nobody here. */
const SHOWN: Readonly<Record<string, RegExp>> = {
  cloudcontrol: /^(?:\w+\.)?(?:DesiredState|PatchDocument|ResourceModel|Properties)$/,
  cloudwatch: /^Expression$/,
  ec2: /Url$|UploadPolicy|^Value$|TunnelOptions|UefiData|Description|LaunchSpecification(?!\.UserData\.Data)|LaunchTemplateSpecificationUserData|CustomerGatewayConfiguration|KeyValue|SampleConfiguration/,
  ecs: /credentialsParameter$|environment\.name$/,
  events: /RedshiftDataParameters|GraphQLOperation/,
  kms: /AccessKeyId$|^Message$|^PublicKey$/,
  lambda: /Payload$|Error|ZipFile$|Reason$|Result$/,
  pipes: /^(?!.*HttpParameters\.(?:HeaderParameters|QueryStringParameters)\.x$)/,
  rds: /Url$|InitQuery$|OptionSettings\.Value$|LogFileData$/,
  s3: /KMS/,
  s3control: /AccessKeyId$/,
  sns: /phoneNumbers?$|PhoneNumber$/i,
  ssm: /Parameters\.x$|Description$|Configuration$|OwnerInformation$|Values$|Input$|Payload$|IP?Address$|IpAddress$|^(?:\w+\.)?Parameters$/,
  stepfunctions: /.*/,
  sts: /TradeInToken|TrustedIdentityPropagationContext|TransactionContext/,
};

const SECRET = "hunter2";

/** Texts and bytes below a shape that its model calls sensitive, by their paths; lists count for nothing. */
function* sensitive(
  model: ServiceModel,
  name: string,
  isSensitive = false,
  above: readonly string[] = [],
): Iterable<readonly (string | number)[]> {
  const shape = model.shapes[name] as
    | (ServiceModel["shapes"][string] & { readonly sensitive?: boolean })
    | undefined;
  if (shape === undefined || above.filter((one) => one === name).length > 1 || above.length > 9) return;
  const is = isSensitive || shape.sensitive === true;
  const below = [...above, name];
  for (const [member, ref] of Object.entries(shape.members ?? {}))
    for (const path of sensitive(model, ref.shape, is, below)) yield [member, ...path];
  if (shape.member) for (const path of sensitive(model, shape.member.shape, is, below)) yield [0, ...path];
  if (shape.value) for (const path of sensitive(model, shape.value.shape, is, below)) yield ["x", ...path];
  if (is && shape.type === "string" && shape.enum === undefined) yield [];
}

const valueAt = (path: readonly (string | number)[]): Record<string, unknown> =>
  path
    .toReversed()
    .reduce<unknown>(
      (value, step) => (typeof step === "number" ? [value] : { [step]: value }),
      SECRET,
    ) as Record<string, unknown>;

for (const service of readdirSync(new URL("../../src/services/", import.meta.url))) {
  const model = loadModel(service);
  if (!model) continue;
  test(`what the model of ${service} calls sensitive is in no record and no answer that is shown`, () => {
    const shown = new Set<string>();
    for (const [operation, { input, output }] of Object.entries(model.operations)) {
      const look = (path: readonly (string | number)[], isShown: unknown) => {
        const text = path.filter((step) => step !== 0).join(".");
        if (JSON.stringify(isShown).includes(SECRET) && !SHOWN[service]?.test(text))
          shown.add(`${operation} ${text}`);
      };
      if (input)
        for (const path of sensitive(model, input.shape)) {
          const value = valueAt(path);
          look(path, shownInput(service, operation, value, value));
        }
      if (output)
        for (const path of sensitive(model, output.shape)) look(path, shownOutput(service, valueAt(path)));
    }
    assert.deepEqual([...shown].slice(0, 20), []);
  });
}

test("an API key and a registry's token are hidden, which no model calls sensitive", () => {
  const key = { name: "k", value: SECRET };
  assert.deepEqual(shownInput("apigateway", "CreateApiKey", key, key), { name: "k", value: "****" });
  assert.deepEqual(shownOutput("apigateway", { items: [key] }), { items: [{ name: "k", value: "****" }] });
  const data = { authorizationData: [{ authorizationToken: SECRET, proxyEndpoint: "e" }] };
  assert.deepEqual(shownOutput("ecr", data), {
    authorizationData: [{ authorizationToken: "****", proxyEndpoint: "e" }],
  });
});
