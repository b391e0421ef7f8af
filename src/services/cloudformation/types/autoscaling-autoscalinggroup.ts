import { listChanges, listOf } from "../mapping/changes.ts";
import { callsOf, gone, type Properties, withName } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { tagsOf } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const call = callsOf("autoscaling");
const MISSING = /not found/;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-autoscalinggroup.html */
export default defineType({
  type: "AWS::AutoScaling::AutoScalingGroup",
  required: ["MaxSize", "MinSize"],
  replacedBy: ["AutoScalingGroupName", "InstanceId"],
  isTagged: true,
  async create(properties, at) {
    const named = withName(properties, ["AutoScalingGroupName", 255], at);
    const id = String(named["AutoScalingGroupName"]);
    const tags = Object.entries(tagsOf(properties, at.stackTags));
    await call(at, "CreateAutoScalingGroup", {
      ...inputOf(named),
      Tags: tags.map(([Key, Value]) => tagOf(id, properties, Key, Value)),
    });
    at.made({ id });
    await configure(id, {}, properties, at);
    await stabilize(id, undefined, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    const { TargetGroupARNs: _, Tags: __, ...settings } = inputOf(properties);
    const last = await lastActivity(id, at);
    await call(at, "UpdateAutoScalingGroup", { ...settings, AutoScalingGroupName: id });
    const { added, removed } = listChanges(
      listOf(before, "TargetGroupARNs"),
      listOf(properties, "TargetGroupARNs"),
    );
    const where = { AutoScalingGroupName: id };
    if (removed.length > 0)
      await call(at, "DetachLoadBalancerTargetGroups", { ...where, TargetGroupARNs: removed });
    if (added.length > 0)
      await call(at, "AttachLoadBalancerTargetGroups", { ...where, TargetGroupARNs: added });
    await configure(id, before, properties, at);
    await retagGroup(id, before, properties, at);
    await stabilize(id, last?.["ActivityId"], at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async delete({ id }, at) {
    const deletion = call(at, "DeleteAutoScalingGroup", { AutoScalingGroupName: id, ForceDelete: true });
    await gone(deletion, MISSING);
    await at.until(async () => (await described(id, at)) === undefined);
  },
  attributes: (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const group = await described(id, at);
    if (!group) return undefined;
    const tags = group["Tags"] as Properties[];
    const own = listOf<Properties>(properties, "Tags").map(({ Key }) => Key);
    const said = {
      ...group,
      Cooldown: group["DefaultCooldown"],
      VPCZoneIdentifier: String(group["VPCZoneIdentifier"]).split(","),
      Tags: own.flatMap((key) => tags.find(({ Key }) => Key === key) ?? []),
    };
    // Its tags say more than those of others do.
    return shown(properties, said, "");
  },
});

async function described(id: string, at: ResourceContext): Promise<Properties | undefined> {
  const { AutoScalingGroups } = await call(at, "DescribeAutoScalingGroups", { AutoScalingGroupNames: [id] });
  return (AutoScalingGroups as Properties[])[0];
}

function inputOf({ Cooldown, VPCZoneIdentifier, ...others }: Properties): Properties {
  return {
    ...others,
    ...(Cooldown !== undefined && { DefaultCooldown: Cooldown }),
    ...(VPCZoneIdentifier !== undefined && { VPCZoneIdentifier: [VPCZoneIdentifier].flat().join(",") }),
  };
}

/** A tag as a group has it: whether its instances get it, too, its template says; those of the stack they get. */
function tagOf(id: string, properties: Properties, Key: string, Value: string): Properties {
  const own = listOf<Properties>(properties, "Tags").find((tag) => tag["Key"] === Key);
  return {
    ResourceId: id,
    ResourceType: "auto-scaling-group",
    Key,
    Value,
    PropagateAtLaunch: own === undefined || String(own["PropagateAtLaunch"]) === "true",
  };
}

async function retagGroup(
  id: string,
  before: Values,
  properties: Values,
  at: ResourceContext,
): Promise<void> {
  const tagsIn = (from: Values, stackTags: Readonly<Record<string, string>>) =>
    Object.entries(tagsOf(from, stackTags)).map(([Key, Value]) => tagOf(id, from, Key, Value));
  const wanted = tagsIn(properties, at.stackTags);
  const { added, removed } = listChanges(tagsIn(before, at.stackTagsBefore), wanted);
  const lost = removed.filter(({ Key }) => !wanted.some((tag) => tag["Key"] === Key));
  if (lost.length > 0) await call(at, "DeleteTags", { Tags: lost });
  if (added.length > 0) await call(at, "CreateOrUpdateTags", { Tags: added });
}

/** What is set by operations of its own. */
async function configure(
  AutoScalingGroupName: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const changed = (name: string) => listChanges(listOf<Properties>(before, name), listOf(properties, name));
  for (const metrics of changed("MetricsCollection").added)
    await call(at, "EnableMetricsCollection", { AutoScalingGroupName, ...metrics });
  for (const { NotificationTypes, TopicARN } of changed("NotificationConfigurations").added)
    await call(at, "PutNotificationConfiguration", {
      AutoScalingGroupName,
      NotificationTypes,
      TopicARN: [TopicARN].flat()[0],
    });
  const stay = listOf<Properties>(properties, "NotificationConfigurations").map(({ TopicARN }) =>
    String(TopicARN),
  );
  for (const { TopicARN } of changed("NotificationConfigurations").removed)
    if (!stay.includes(String(TopicARN)))
      await call(at, "DeleteNotificationConfiguration", {
        AutoScalingGroupName,
        TopicARN: [TopicARN].flat()[0],
      });
}

async function lastActivity(id: string, at: ResourceContext): Promise<Properties | undefined> {
  const where = { AutoScalingGroupName: id, MaxRecords: 1 };
  const { Activities } = await call(at, "DescribeScalingActivities", where);
  return (Activities as Properties[])[0];
}

/** Waits until it has as many instances as it wants. Inferred: the words for one that cannot. @param known the activity that was its last before */
async function stabilize(id: string, known: unknown, at: ResourceContext): Promise<void> {
  await at.until(async () => {
    const { DesiredCapacity, Instances } = (await described(id, at)) ?? {};
    const states = ((Instances ?? []) as Properties[]).map(({ LifecycleState }) => LifecycleState);
    if (states.length === DesiredCapacity && states.every((state) => state === "InService")) return true;
    const last = await lastActivity(id, at);
    if (last?.["StatusCode"] === "Failed" && last["ActivityId"] !== known)
      throw new Error(`Group did not stabilize. Last scaling activity: ${last["StatusMessage"]}`);
    return false;
  });
}

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  return { AutoScalingGroupARN: (await described(id, at))?.["AutoScalingGroupARN"] };
}
