import type { Handlers } from "../../core/service.ts";
import type * as FIS from "../../models/generated/fis.ts";
import { resourceTypeNotFound } from "./errors.ts";
import { pageOf } from "./page.ts";
import { RESOURCE_TYPES, resourceTypeNamed } from "./resource-types.ts";

export const targetResourceTypes: Handlers<FIS.Operations> = {
  ListTargetResourceTypes(input) {
    const { page, nextToken } = pageOf(Object.keys(RESOURCE_TYPES), (type) => type, input);
    return {
      targetResourceTypes: page.map((resourceType) => ({
        resourceType,
        description: RESOURCE_TYPES[resourceType]!.description,
      })),
      nextToken,
    };
  },

  GetTargetResourceType(input) {
    const resourceType = resourceTypeNamed(input.resourceType);
    if (resourceType === undefined) throw resourceTypeNotFound(input.resourceType);
    const { description, parameters = {} } = RESOURCE_TYPES[resourceType]!;
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
};
