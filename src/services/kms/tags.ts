import { Tagging } from "../../aws/tags.ts";
import { tagError } from "./errors.ts";

export const tagging = new Tagging({
  errors: {
    tooMany: () => tagError("Too many tags"),
    invalid: tagError,
    duplicate: () => tagError("Duplicate tag keys"),
    reserved: () => tagError("Tags beginning with aws: are reserved"),
  },
});
