import { type Tags, tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { executionRecords } from "./automation/execution.ts";
import { documentRecords } from "./document.ts";
import { invalidResourceId, notServed } from "./errors.ts";
import { lookUp, parameterRecords } from "./parameter.ts";
import { keyOfName, readName } from "./parameter-name.ts";
import { tagging } from "./tagging.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html and its neighbours */
export const tags: Handlers<SSM.Operations> = {
  AddTagsToResource(input, ctx) {
    const resource = tagged(input, ctx);
    resource.save(tagging.add(resource.tags, input.Tags));
  },

  RemoveTagsFromResource(input, ctx) {
    const resource = tagged(input, ctx);
    resource.save(tagging.remove(resource.tags, input.TagKeys));
  },

  ListTagsForResource: (input, ctx) => ({ TagList: tagList(tagged(input, ctx).tags) }),
};

interface Tagged {
  readonly tags: Tags;
  save(tags: Tags): void;
}

/** @throws InvalidResourceId */
function tagged(
  { ResourceType, ResourceId }: { ResourceType: string; ResourceId: string },
  ctx: Context,
): Tagged {
  if (ResourceType === "Parameter") {
    const parameter = lookUp(readName(ResourceId, ctx), ctx)?.parameter;
    if (!parameter) throw invalidResourceId();
    const parameters = ctx.store.collection(parameterRecords);
    return {
      tags: parameter.tags,
      save: (tags) => parameters.put(keyOfName(parameter.name), { ...parameter, tags }),
    };
  }
  // Those are `mi-…`: an instance of EC2's is tagged there.
  if (ResourceType === "ManagedInstance") throw invalidResourceId();
  if (ResourceType === "Automation") {
    const executions = ctx.store.collection(executionRecords);
    const execution = executions.get([ResourceId]);
    if (!execution) throw invalidResourceId();
    return {
      tags: execution.tags ?? {},
      save: (tags) => executions.put([ResourceId], { ...execution, tags }),
    };
  }
  if (ResourceType !== "Document") throw notServed(`tags of SSM's ${ResourceType}`);
  const documents = ctx.store.collection(documentRecords);
  const document = documents.get([ResourceId]);
  if (!document) throw invalidResourceId();
  return { tags: document.tags, save: (tags) => documents.put([ResourceId], { ...document, tags }) };
}
