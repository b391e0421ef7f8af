import { Tagging, type Tags } from "../../aws/tags.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { invalidParameter, reservedTag, tooManyTags } from "./errors.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html */
const tagging = new Tagging({
  errors: { tooMany: tooManyTags, reserved: reservedTag, invalid: invalidParameter },
});

const listed = (tags: readonly ECS.Tag[] | undefined) =>
  tags?.map(({ key = "", value = "" }) => ({ Key: key, Value: value }));

/** Tags of an input, as they are kept. @throws InvalidParameterException */
export const readTags = (tags: readonly ECS.Tag[] | undefined): Record<string, string> =>
  tagging.read(listed(tags));

/** @throws InvalidParameterException */
export const addTags = (before: Tags, tags: readonly ECS.Tag[]): Record<string, string> =>
  tagging.add(before, listed(tags));

/** Tags as ECS answers with them. */
export const shownTags = (tags: Tags): ECS.Tag[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));
