import { defineCollection } from "../../core/storage.ts";

/** Texts of definitions, by their fingerprints: state machines, versions and executions say which is theirs. */
export const definitionTexts = defineCollection<string>({ name: "definitions", codec: "text" });
