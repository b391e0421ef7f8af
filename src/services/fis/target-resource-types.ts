import type { Handlers } from "../../core/service.ts";
import type * as FIS from "../../models/generated/fis.ts";
import { resourceTypeNotFound } from "./errors.ts";
import { pageOf } from "./page.ts";
import type { ResourceTypes } from "./resource-types.ts";

export const targetResourceTypes = (types: ResourceTypes): Handlers<FIS.Operations> => ({
  ListTargetResourceTypes(input) {
    const { page, nextToken } = pageOf(types.names, (type) => [type], input);
    return {
      targetResourceTypes: page.map((resourceType) => ({
        resourceType,
        description: types.get(resourceType)?.description,
      })),
      nextToken,
    };
  },

  GetTargetResourceType(input) {
    const resourceType = types.named(input.resourceType);
    const type = resourceType === undefined ? undefined : types.get(resourceType);
    if (type === undefined) throw resourceTypeNotFound(input.resourceType);
    const { description, parameters = {} } = type;
    return {
      targetResourceType: {
        resourceType,
        description,
        parameters: Object.fromEntries(
          Object.entries(parameters).map(([name, parameter]) => [
            name,
            { description: parameter.description, required: parameter.required ?? false },
          ]),
        ),
      },
    };
  },
});
