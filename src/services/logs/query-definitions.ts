import type { Handlers } from "../../core/service.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { queryDefinitionNotFound } from "./errors.ts";
import { pageOf } from "./page.ts";
import { queryDefinitionCollection } from "./query.ts";

const PAGE_SIZE = 1000;

export const queryDefinitions = (): Handlers<Logs.Operations> => ({
  PutQueryDefinition(input, ctx) {
    const definitions = ctx.store.collection(queryDefinitionCollection);
    const { queryDefinitionId, clientToken: _, ...rest } = input;
    if (queryDefinitionId !== undefined && !definitions.has([queryDefinitionId]))
      throw queryDefinitionNotFound();
    const id = queryDefinitionId ?? ctx.random.uuid();
    definitions.put([id], {
      ...rest,
      queryLanguage: input.queryLanguage ?? "CWLI",
      queryDefinitionId: id,
      lastModified: ctx.clock.now(),
    });
    return { queryDefinitionId: id };
  },

  DeleteQueryDefinition(input, ctx) {
    if (!ctx.store.collection(queryDefinitionCollection).delete([input.queryDefinitionId]))
      throw queryDefinitionNotFound();
    return { success: true };
  },

  DescribeQueryDefinitions(input, ctx) {
    const found = [...ctx.store.collection(queryDefinitionCollection).values()].filter(({ name }) =>
      name.startsWith(input.queryDefinitionNamePrefix ?? ""),
    );
    const { items, nextToken } = pageOf(found, input, PAGE_SIZE, ({ name, queryDefinitionId }) => [
      name,
      queryDefinitionId ?? "",
    ]);
    return { queryDefinitions: items, ...(nextToken && { nextToken }) };
  },
});
