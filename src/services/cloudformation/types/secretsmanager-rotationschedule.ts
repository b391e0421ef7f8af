import { AwsError } from "../../../core/aws-error.ts";
import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("secretsmanager");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-rotationschedule.html */
export default defineType({
  type: "AWS::SecretsManager::RotationSchedule",
  replacedBy: ["SecretId"],
  required: ["SecretId"],
  async create(properties, at) {
    const id = await rotate(properties, at);
    return { id, attributes: { Id: id } };
  },
  async update({ id, attributes }, properties, at) {
    await rotate(properties, at);
    return { id, attributes };
  },
  delete: ({ id }, at) => gone(call(at, "CancelRotateSecret", { SecretId: id })),
  attributes: async (id) => ({ Id: id }),
  async read({ id, properties }, at) {
    const secret = await found(call(at, "DescribeSecret", { SecretId: id }));
    return shown(properties, secret?.["RotationEnabled"] === true ? secret : undefined);
  },
});

/** @returns the secret's ARN, which `Ref` gives @throws NotImplemented for a function that AWS would make */
async function rotate(properties: Properties, at: ResourceContext): Promise<string> {
  if (properties["HostedRotationLambda"] !== undefined)
    throw new AwsError(
      "NotImplemented",
      "Squall does not implement a rotation schedule's HostedRotationLambda yet.",
      {
        status: 501,
      },
    );
  const { RotateImmediatelyOnUpdate, ...others } = properties;
  const { ARN } = await call(at, "RotateSecret", {
    ...others,
    RotateImmediately: RotateImmediatelyOnUpdate,
    ClientRequestToken: at.engine.newId(),
  });
  return String(ARN);
}
