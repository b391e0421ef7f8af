import type { HttpRequest } from "../core/http.ts";

/** A body of more than this is decoded and checked with pauses. */
const LARGE_BYTES = 256 * 1024;

/** Is a body large, or compressed, which says nothing of how large it is? */
export const mayBeLarge = ({ body, headers }: HttpRequest): boolean =>
  body.length > LARGE_BYTES || headers["content-encoding"] !== undefined;
