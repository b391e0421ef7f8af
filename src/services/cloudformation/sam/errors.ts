/*
 * What is wrong with a SAM template, in the words of AWS's translator.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-reference.html
 */

/** One fault of a template. */
export class SamFault extends Error {}

/** A resource cannot be as it is. */
export function invalidResource(id: string, message: string): SamFault {
  return new SamFault(`Resource with id [${id}] is invalid. ${message}`);
}

/** An event source cannot be as it is. Its function or state machine is invalid with it. */
export class InvalidEvent extends SamFault {
  constructor(id: string, message: string) {
    super(`Event with id [${id}] is invalid. ${message}`);
  }
}

/** The template as a whole is not what a template is. */
export function invalidTemplate(message: string): SamFault {
  return new SamFault(`Structure of the SAM template is invalid. ${message}`);
}

/** The section `Globals` has something that it may not have. */
export function invalidGlobals(message: string): SamFault {
  return new SamFault(`'Globals' section is invalid. ${message}`);
}

/** What the transform would make is there already. */
export function duplicateId(id: string, made: string, type: string): SamFault {
  return new SamFault(
    `Transforming resource with id [${id}] attempts to create a new resource with id [${made}] and type "${type}". A resource with that id already exists within this template. Please use a different id for that resource.`,
  );
}

/** All that is wrong with a template: the transform fails, with each fault once. */
export class InvalidSamTemplate extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly SamFault[]) {
    const messages = [...new Set(faults.map((fault) => fault.message))];
    super(
      `Invalid Serverless Application Specification document. Number of errors found: ${messages.length}. ${messages.join(" ")}`,
    );
    this.faults = messages;
  }
}

/** A document of an API that cannot be worked on ends the transform at once. */
export function invalidDocument(message: string): InvalidSamTemplate {
  return new InvalidSamTemplate([invalidTemplate(message)]);
}
