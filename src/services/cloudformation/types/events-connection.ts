import { callsOf, mapped } from "../mapping/mapped.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("events");

const connection = mapped({
  type: "AWS::Events::Connection",
  service: "events",
  replacedBy: ["Name"],
  required: ["AuthorizationType"],
  named: ["Name", 64],
  attributesOf: (output) => {
    const arn = String(output["ConnectionArn"]);
    return { Arn: arn, ArnForPolicy: arn.slice(0, arn.lastIndexOf("/")) };
  },
  // Secrets are told nobody: what the service says of them is less than the template does.
  describedIn: (output) => ({ ...output, AuthParameters: undefined }),
  create: "CreateConnection",
  update: "UpdateConnection",
  delete: "DeleteConnection",
  read: "DescribeConnection",
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-connection.html */
export default defineType({
  ...connection,
  async create(properties, at) {
    const made = await connection.create(properties, at);
    return { ...made, attributes: { ...made.attributes, SecretArn: await secretOf(made.id, at) } };
  },
  async update(existing, properties, at) {
    const made = await connection.update?.(existing, properties, at);
    return made && { ...made, attributes: { ...made.attributes, SecretArn: await secretOf(made.id, at) } };
  },
});

async function secretOf(Name: string, at: ResourceContext): Promise<unknown> {
  return (await call(at, "DescribeConnection", { Name }))["SecretArn"];
}
