import { number, text } from "../property.ts";
import { defineType } from "../resource-type.ts";
import { keyOfUrl } from "../signals.ts";

const DEFAULT_TIMEOUT_SECONDS = 300;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitcondition.html */
export default defineType({
  type: "AWS::CloudFormation::WaitCondition",
  replacedBy: [],
  async create(properties, at) {
    const handle = text(properties, "Handle");
    // Without one it waits as its creation policy says.
    if (handle === undefined) return { id: at.name(), attributes: { Data: "{}" } };
    const key = keyOfUrl(handle);
    if (key === undefined) throw new Error("WaitCondition Handle must be a valid presigned URL");
    const count = number(properties, "Count") ?? 1;
    const timeoutMs = (number(properties, "Timeout") ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
    const signals = await at.engine.awaitSignals(key, { count, timeoutMs });
    const failed = signals.find(({ Status }) => String(Status).startsWith("FAIL"));
    if (failed)
      throw new Error(
        `WaitCondition received failed message: '${String(failed["Reason"] ?? "")}' for uniqueId: ${String(failed["UniqueId"])}`,
      );
    if (signals.length < count)
      throw new Error(
        `WaitCondition timed out. Received ${signals.length} conditions when expecting ${count}`,
      );
    const data = Object.fromEntries(signals.map(({ UniqueId, Data }) => [String(UniqueId), Data ?? ""]));
    return { id: at.name(), attributes: { Data: JSON.stringify(data) } };
  },
  delete: async () => {},
});
