import { pagesByMarker } from "../../aws/marker-page.ts";
import { invalidParameterValue } from "./errors.ts";

export const pageBy = pagesByMarker(invalidParameterValue);
