import { Tagging } from "../../aws/tags.ts";
import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as FIS from "../../models/generated/fis.ts";
import type { Actions } from "./actions.ts";
import { resourceNotFound, validation } from "./errors.ts";
import { EXPERIMENTS } from "./experiment.ts";
import { TEMPLATES } from "./template.ts";

const tagging = new Tagging({
  errors: {
    tooMany: (most) => validation(`A resource can have at most ${most} tags.`),
    invalid: validation,
    reserved: (key) => validation(`Tag key "${key}" is invalid: aws: is reserved.`),
  },
});
/** By action id. */
const ACTION_TAGS = defineCollection<FIS.TagMap>({ name: "action-tags" });

/** https://docs.aws.amazon.com/fis/latest/userguide/tagging.html */
export const tags = (actions: Actions): Handlers<FIS.Operations> => ({
  async ListTagsForResource({ resourceArn }, ctx) {
    return { tags: (await tagged(resourceArn, ctx, actions)).tags };
  },

  async TagResource({ resourceArn, tags }, ctx) {
    const resource = await tagged(resourceArn, ctx, actions);
    resource.put(tagging.add(resource.tags, tags));
  },

  async UntagResource({ resourceArn, tagKeys }, ctx) {
    const resource = await tagged(resourceArn, ctx, actions);
    // Without keys AWS takes all tags away.
    resource.put(tagKeys === undefined ? {} : tagging.remove(resource.tags, tagKeys));
  },
});

/** @throws ValidationException */
export const checkTags = (tags: FIS.TagMap): FIS.TagMap => tagging.read(tags);

export function actionTags(store: Store, id: string): FIS.TagMap {
  return store.collection(ACTION_TAGS).get([id]) ?? {};
}

/** The tags of whatever an ARN names, and how to change them. @throws ResourceNotFoundException */
async function tagged(
  resourceArn: string,
  { store, account, region }: Context,
  actions: Actions,
): Promise<{ tags: FIS.TagMap; put(tags: FIS.TagMap): void }> {
  const arn = parseArn(resourceArn);
  if (arn?.service !== "fis") throw validation(`Invalid resource ARN ${resourceArn}.`);
  if (arn.account !== account || arn.region !== region) throw resourceNotFound(resourceArn);
  const [kind, id = ""] = arn.resource.split("/") as [string, string | undefined];
  if (kind === "action") {
    if (actions.find(id) === undefined) throw resourceNotFound(resourceArn);
    return { tags: actionTags(store, id), put: (tags) => store.collection(ACTION_TAGS).put([id], tags) };
  }
  if (kind === "experiment-template") {
    const templates = store.collection(TEMPLATES);
    const template = templates.get([id]);
    if (template) return { tags: template.tags, put: (tags) => templates.put([id], { ...template, tags }) };
  }
  if (kind === "experiment") {
    const experiments = store.collection(EXPERIMENTS);
    const experiment = experiments.get([id]);
    if (experiment)
      return { tags: experiment.tags, put: (tags) => experiments.put([id], { ...experiment, tags }) };
  }
  throw resourceNotFound(resourceArn);
}
