import { Fields } from "../fields.ts";
import { internalError } from "../gateway-error.ts";
import { mapRequest } from "../integration-request.ts";
import { mapResponse } from "../integration-response.ts";
import type { Integrate } from "./integration.ts";

/** No backend: the request template says the status, the integration response the rest. */
export const mock: Integrate = async (exchange) => {
  const { body } = await mapRequest(exchange);
  const status = statusOf(Buffer.from(body).toString());
  if (status === undefined) {
    throw internalError(
      "Execution failed due to configuration error: Unable to parse statusCode. It should be an integer that's defined in the request template.",
    );
  }
  return mapResponse(exchange, {
    status,
    headers: new Fields(true),
    body: new Uint8Array(),
    selector: String(status),
  });
};

/** The `statusCode` of a template's outcome, which may be looser than JSON: `{statusCode: 200}`. */
function statusOf(text: string): number | undefined {
  const [, digits] = /["']?statusCode["']?\s*:\s*["']?(\d{3})\b/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
