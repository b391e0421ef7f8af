import { defineType, type ResourceType } from "../resource-type.ts";
import { call, changeTags, type Patched, patch, patchesOf } from "./apigateway-patches.ts";
import { type Mapping, mapped } from "./mapped.ts";

/** A type of API Gateway that is made, read and deleted by operations, and changed by patches. */
export function patched(
  mapping: Mapping & { readonly keyOf: NonNullable<Mapping["keyOf"]> },
  update: string,
  properties: Patched,
  taggedAs?: (id: string) => string,
): ResourceType {
  const type = mapped(mapping);
  return defineType({
    ...type,
    async update({ id, properties: before }, wanted, at) {
      const key = mapping.keyOf(id, wanted);
      await patch(at, update, key, patchesOf(before, wanted, properties));
      if (taggedAs) {
        await changeTags(taggedAs(id), before, wanted, at);
      }
      const output = await call(at, mapping.read, key);
      return { id, attributes: mapping.attributesOf?.(output, wanted, id, at) ?? {} };
    },
  });
}
