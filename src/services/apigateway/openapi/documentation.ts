import type { DocumentationPartLocation } from "../../../models/generated/apigateway.ts";
import { array, type Document, object } from "./document.ts";

export interface Documented {
  readonly location: DocumentationPartLocation;
  readonly properties: Record<string, unknown>;
}

/** The documentation parts of a definition: those of `x-amazon-apigateway-documentation`. */
export function documentationParts(document: Document): Documented[] {
  const extension = object(document["x-amazon-apigateway-documentation"]);
  return array(extension["documentationParts"]).map((part) => ({
    location: object(object(part)["location"]) as unknown as DocumentationPartLocation,
    properties: object(object(part)["properties"]),
  }));
}
