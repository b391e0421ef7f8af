/** The layer and the version in the ARN of a version. */
export function layerParts(arn: string): { LayerName: string; VersionNumber: number } {
  const at = arn.lastIndexOf(":");
  return { LayerName: arn.slice(0, at), VersionNumber: Number(arn.slice(at + 1)) };
}
