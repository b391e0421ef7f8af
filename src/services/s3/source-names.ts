/** The object that a copy is of. */
export interface SourceNames {
  /** A bucket's name, or what stands for one. */
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** `/bucket/key?versionId=…`, URL-encoded; or an access point's ARN. */
export function readSource(text: string): SourceNames | "badly encoded" | "no object" {
  const at = text.lastIndexOf("?versionId=");
  const path = decoded(at < 0 ? text : text.slice(0, at));
  const versionId = at < 0 ? undefined : decoded(text.slice(at + "?versionId=".length), false);
  if (path === undefined || (at >= 0 && versionId === undefined)) return "badly encoded";
  const [, bucket, key] =
    (path.startsWith("arn:") ? /^(arn:.*?)\/object\/(.+)$/s.exec(path) : /^\/?([^/]+)\/(.+)$/s.exec(path)) ??
    [];
  if (bucket === undefined || key === undefined) return "no object";
  return { bucket, key, ...(versionId !== undefined && { versionId }) };
}

/** Keys are decoded as forms are: a plus is a space. */
function decoded(text: string, isForm = true): string | undefined {
  try {
    return decodeURIComponent(isForm ? text.replaceAll("+", " ") : text);
  } catch {
    return undefined;
  }
}
