import { Tagging } from "../../aws/tags.ts";
import { invalidParameter, tooManyTags } from "./errors.ts";

export const tagging = new Tagging({
  errors: {
    tooMany: tooManyTags,
    invalid: invalidParameter,
    reserved: () => invalidParameter("Tag keys can't begin with aws:."),
  },
});
