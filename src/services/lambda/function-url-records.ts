import { defineCollection } from "../../core/storage.ts";
import type * as Api from "../../models/generated/lambda.ts";

export interface FunctionUrlRecord {
  /** The first label of its host name. */
  readonly urlId: string;
  readonly functionName: string;
  /** An alias; absent for `$LATEST`. */
  readonly qualifier?: string;
  readonly authType: Api.FunctionUrlAuthType;
  readonly invokeMode: Api.InvokeMode;
  readonly cors?: Api.Cors;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly modifiedAt: string;
}

/** By [function, alias or "$LATEST"]; `id` finds one by its host name. */
export const functionUrls = defineCollection<FunctionUrlRecord>({
  name: "function-urls",
  indexes: { id: (url) => [url.urlId] },
});
