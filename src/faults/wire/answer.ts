import { type Bend, JsonOutcome, type Outcome } from "../../core/call.ts";
import type { HttpResponse } from "../../core/http.ts";

/** An outcome whose answer is bent on its way out; a dropped connection has none. */
export function bent(outcome: Outcome, bend: Bend): Outcome {
  if (outcome instanceof JsonOutcome) return outcome.bent(bend);
  return outcome.kind === "drop" ? outcome : { ...outcome, bends: [...(outcome.bends ?? []), bend] };
}

/** An answer whose body goes through a step; status and headers stay as they are. */
export function withBody(
  answer: HttpResponse,
  step: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): HttpResponse {
  return { ...answer, body: step(chunksOf(answer.body)) };
}

/** A body in pieces, as it comes. */
export async function* chunksOf(body: HttpResponse["body"]): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  if (typeof body === "string") yield Buffer.from(body);
  else if (body instanceof Uint8Array) yield body;
  else yield* body;
}

/** How long the body of an answer is, when that is known before it has come. */
export function lengthOf({ headers }: HttpResponse): number | undefined {
  const length = headers["content-length"];
  return length === undefined ? undefined : Number(length);
}

/** A header that can be sent: what is wrong with it, or undefined. */
export function wrongHeader(name: string, value: unknown): string | undefined {
  const isFine =
    /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && typeof value === "string" && !/[^\t\x20-\x7e]/.test(value);
  return isFine ? undefined : `"${name}" is not a header that can be sent`;
}
