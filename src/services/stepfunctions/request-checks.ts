import type { ValidationOptions } from "../../core/validation-options.ts";

/** How Step Functions prints what it refuses, and what it does not refuse: an empty definition is one that is no JSON. */
export const requestChecks: ValidationOptions = {
  namesStructures: true,
  shapes: { Definition: { min: 0 } },
};
