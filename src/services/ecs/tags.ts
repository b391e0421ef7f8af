import { type Tags, withoutTags } from "../../aws/tags.ts";
import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { clusterRecords } from "./cluster.ts";
import { containerInstanceRecords } from "./container-instance.ts";
import { invalidParameter, resourceNotFound } from "./errors.ts";
import { serviceRecords } from "./service-record.ts";
import { addTags, shownTags } from "./tag-list.ts";
import { taskRecords } from "./task.ts";
import { taskDefinitionRecords } from "./task-definition.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TagResource.html and its neighbours */
export const tags: Handlers<ECS.Operations> = {
  TagResource({ resourceArn, tags: given }, ctx) {
    const tagged = find(resourceArn, ctx);
    tagged.save(addTags(tagged.tags, given));
    return {};
  },

  UntagResource({ resourceArn, tagKeys }, ctx) {
    const tagged = find(resourceArn, ctx);
    tagged.save(withoutTags(tagged.tags, tagKeys));
    return {};
  },

  ListTagsForResource: ({ resourceArn }, ctx) => ({ tags: shownTags(find(resourceArn, ctx).tags) }),
};

interface Tagged {
  readonly tags: Tags;
  save(tags: Record<string, string>): void;
}

/** @throws InvalidParameterException */
function find(arn: string, { store }: Context): Tagged {
  const [kind, ...names] = parseArn(arn)?.resource.split("/") ?? [];
  const collection = kind === undefined ? undefined : KINDS.get(kind);
  if (!collection) throw invalidParameter(`Invalid arn syntax: ${arn}.`);
  const kept = store.collection(collection);
  // A task definition's revision stands behind a colon.
  const key = kind === "task-definition" ? keyOfRevision(names[0] ?? "") : names;
  const record = key.length === 0 ? undefined : kept.get(key);
  if (!record) throw resourceNotFound();
  return { tags: record.tags, save: (tags) => kept.put(key, { ...record, tags }) };
}

const keyOfRevision = (name: string): [string, number] => {
  const colon = name.lastIndexOf(":");
  return [name.slice(0, colon), Number(name.slice(colon + 1))];
};

const KINDS = new Map<string, typeof taskRecords>(
  Object.entries({
    cluster: clusterRecords,
    service: serviceRecords,
    task: taskRecords,
    "task-definition": taskDefinitionRecords,
    "container-instance": containerInstanceRecords,
  }) as unknown as [string, typeof taskRecords][],
);
