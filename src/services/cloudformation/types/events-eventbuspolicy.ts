import { readJson } from "../../../core/read-json.ts";
import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("events");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html */
export default defineType({
  type: "AWS::Events::EventBusPolicy",
  replacedBy: ["EventBusName", "StatementId"],
  required: ["StatementId"],
  async create(properties, at) {
    await put(properties, at);
    const { EventBusName = "default", StatementId } = properties;
    return { id: `${EventBusName}|${StatementId}` };
  },
  async update({ id, properties: before }, properties, at) {
    await gone(call(at, "RemovePermission", before));
    await put(properties, at);
    return { id };
  },
  delete: ({ properties }, at) => gone(call(at, "RemovePermission", properties)),
  async read({ properties }, at) {
    const { EventBusName: Name, StatementId } = properties;
    const bus = await found(call(at, "DescribeEventBus", { Name }));
    const policy = readJson(String(bus?.["Policy"] ?? "{}")) as { Statement?: Properties[] };
    const statement = policy.Statement?.find(({ Sid }) => Sid === StatementId);
    return shown(properties, statement && { Action: statement["Action"] });
  },
});

/** A statement as it stands in a template is put as the policy's own, with its id. */
async function put(properties: Properties, at: ResourceContext): Promise<void> {
  const { EventBusName, StatementId, Statement } = properties;
  if (Statement === undefined) {
    await call(at, "PutPermission", properties);
    return;
  }
  const bus = await call(at, "DescribeEventBus", { Name: EventBusName });
  const policy = readJson(String(bus["Policy"] ?? "{}")) as { Statement?: Properties[] };
  const others = (policy.Statement ?? []).filter(({ Sid }) => Sid !== StatementId);
  const Policy = {
    Version: "2012-10-17",
    Statement: [...others, { Sid: StatementId, ...(Statement as Properties) }],
  };
  await call(at, "PutPermission", { EventBusName, Policy });
}
