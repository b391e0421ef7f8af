import type { HttpResponse } from "../../../core/http.ts";
import { wholeBody } from "../../../core/joined.ts";

/** A response's whole body, however it comes. */
export async function bytesOf({ body }: HttpResponse): Promise<Uint8Array> {
  return typeof body === "string" ? Buffer.from(body) : wholeBody(body);
}
