import type { HttpResponse } from "../../../core/http.ts";

/** A response's whole body, however it comes. */
export async function bytesOf({ body }: HttpResponse): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array();
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
