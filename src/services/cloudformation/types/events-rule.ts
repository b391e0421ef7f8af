import { listOf, retag } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties, withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("events");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
export default defineType({
  type: "AWS::Events::Rule",
  replacedBy: ["EventBusName", "Name"],
  isTagged: true,
  async create(properties, at) {
    const all = withTags(withName(properties, ["Name", 64], at), at);
    const { RuleArn } = await call(at, "PutRule", all);
    const { EventBusName } = properties;
    const isOnDefault = EventBusName === undefined || EventBusName === "default";
    const rule = {
      id: isOnDefault ? String(all["Name"]) : `${EventBusName}|${all["Name"]}`,
      attributes: { Arn: RuleArn },
    };
    at.made(rule);
    await putTargets(all["Name"], properties, at);
    return rule;
  },
  async update({ id, properties: before, attributes }, properties, at) {
    const key = keyOf(id, properties);
    await call(at, "PutRule", { State: "ENABLED", ...properties, ...key });
    const kept = new Set(listOf<Properties>(properties, "Targets").map(({ Id }) => Id));
    const Ids = listOf<Properties>(before, "Targets")
      .map(({ Id }) => Id)
      .filter((target) => !kept.has(target));
    if (Ids.length > 0) await call(at, "RemoveTargets", { ...ruleOf(key), Ids });
    await putTargets(key["Name"], properties, at);
    const ResourceARN = attributes["Arn"];
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "UntagResource", { ResourceARN, TagKeys }),
      tag: (tags) => call(at, "TagResource", { ResourceARN, Tags: tags }),
    });
    return { id, attributes };
  },
  async delete({ id, properties }, at) {
    const key = keyOf(id, properties);
    const output = await found(call(at, "ListTargetsByRule", ruleOf(key)));
    const Ids = listOf<Properties>(output ?? {}, "Targets").map(({ Id }) => Id);
    if (Ids.length > 0) await gone(call(at, "RemoveTargets", { ...ruleOf(key), Ids }));
    await gone(call(at, "DeleteRule", key));
  },
  async read({ id, properties }, at) {
    const key = keyOf(id, properties);
    const rule = await found(call(at, "DescribeRule", key));
    const targets = rule && (await call(at, "ListTargetsByRule", ruleOf(key)));
    return shown(properties, rule && { ...rule, ...targets });
  },
});

function keyOf(id: string, { EventBusName }: Properties): Properties {
  return { Name: id.slice(id.lastIndexOf("|") + 1), EventBusName };
}

/** Targets are called by the rule's name under another member. */
function ruleOf({ Name, EventBusName }: Properties): Properties {
  return { Rule: Name, EventBusName };
}

/** A call takes ten targets. */
const MOST_TARGETS = 10;

async function putTargets(rule: unknown, properties: Properties, at: ResourceContext): Promise<void> {
  const targets = listOf<Properties>(properties, "Targets");
  const { EventBusName } = properties;
  for (let from = 0; from < targets.length; from += MOST_TARGETS) {
    const output = await call(at, "PutTargets", {
      Rule: rule,
      EventBusName,
      Targets: targets.slice(from, from + MOST_TARGETS),
    });
    const [failed] = listOf<Properties>(output, "FailedEntries");
    if (failed) throw new Error(`${failed["TargetId"]}: ${failed["ErrorCode"]}: ${failed["ErrorMessage"]}`);
  }
}
