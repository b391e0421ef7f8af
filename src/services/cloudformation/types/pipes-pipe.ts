import { callsOf, found, mapped } from "../mapping/mapped.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("pipes");

const pipe = mapped({
  type: "AWS::Pipes::Pipe",
  service: "pipes",
  replacedBy: ["Name", "Source"],
  required: ["RoleArn", "Source", "Target"],
  named: ["Name", 64],
  attributesOf: (output) => ({ Arn: output["Arn"], CurrentState: output["CurrentState"] }),
  tags: ["TagResource", "UntagResource", (_id, attributes) => ({ resourceArn: attributes["Arn"] })],
  create: "CreatePipe",
  update: "UpdatePipe",
  delete: "DeletePipe",
  read: "DescribePipe",
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-pipes-pipe.html */
export default defineType({
  ...pipe,
  async create(properties, at) {
    const made = await pipe.create(properties, at);
    await isSettled(made.id, at);
    return made;
  },
  async update(existing, properties, at) {
    const made = await pipe.update?.(existing, properties, at);
    await isSettled(existing.id, at);
    return made;
  },
  async delete(existing, at) {
    await pipe.delete(existing, at);
    await at.until(async () => (await found(call(at, "DescribePipe", { Name: existing.id }))) === undefined);
  },
});

/** A pipe that is being made, changed, started or stopped is on its way to another state; one that runs has come to it. */
async function isSettled(Name: string, at: ResourceContext): Promise<void> {
  await at.until(async () => {
    const state = String((await call(at, "DescribePipe", { Name }))["CurrentState"]);
    return state === "RUNNING" || !state.endsWith("ING");
  });
}
