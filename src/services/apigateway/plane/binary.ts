import { upTo } from "../../../core/text.ts";
import type { CompiledApi } from "./compiled.ts";

/** Does an API treat a media type as binary? Either half may be a star. */
function matches(mediaType: string | undefined, { binaryMediaTypes }: CompiledApi): boolean {
  if (!mediaType || binaryMediaTypes.length === 0) return false;
  const type = upTo(";", mediaType).trim().toLowerCase();
  return binaryMediaTypes.some((binary) => {
    const pattern = binary.toLowerCase();
    return (
      pattern === type ||
      pattern === "*/*" ||
      (pattern.endsWith("/*") && type.startsWith(pattern.slice(0, -1)))
    );
  });
}

/** Is a payload of this content type binary? */
export const isBinary = (contentType: string | undefined, api: CompiledApi): boolean =>
  matches(contentType ?? "application/json", api);

/** Does the client take a binary response? Only its first accepted type counts. */
export const acceptsBinary = (accept: string | undefined, api: CompiledApi): boolean =>
  matches(accept?.split(",")[0] ?? "*/*", api);
