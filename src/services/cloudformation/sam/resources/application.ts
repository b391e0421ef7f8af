import { Draft } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { listOf, map, type PropertyTypes, read, required, text, textOrMap, whole } from "../properties.ts";
import { samTags } from "../tags.ts";
import type { SamResource } from "../translation.ts";
import { isFilled, isMap, type Value } from "../value.ts";

const TYPES: PropertyTypes = {
  Location: required(textOrMap),
  TemplateUrl: text,
  Parameters: map,
  NotificationARNs: listOf(textOrMap),
  Tags: map,
  TimeoutInMinutes: whole,
};

/**
 * An application within the application: a nested stack. One of the Serverless Application Repository cannot be had here.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-application.html
 */
export const application: SamResource = {
  translate(id, resource) {
    const written = resource["Properties"];
    if (!isMap(written) || !Object.hasOwn(written, "Location")) {
      throw invalidResource(id, "Resource is missing the required [Location] property.");
    }
    const { properties, attributes, dependsOn } = read(id, "AWS::Serverless::Application", resource, TYPES);
    const draft = new Draft("AWS::CloudFormation::Stack", id, {}, attributes);
    const nested = new Draft(
      draft.type,
      id,
      {
        TemplateURL: templateUrl(id, properties["Location"] as Value),
        Parameters: properties["Parameters"],
        NotificationARNs: properties["NotificationARNs"],
        Tags: samTags(id, properties["Tags"]),
        TimeoutInMinutes: properties["TimeoutInMinutes"],
      },
      draft.passedOn,
    );
    nested.dependsOn = dependsOn;
    return { drafts: [nested] };
  },
};

function templateUrl(id: string, location: Value): Value {
  if (!isMap(location)) return location;
  for (const name of ["ApplicationId", "SemanticVersion"]) {
    if (!Object.hasOwn(location, name)) {
      throw invalidResource(id, `Resource is missing the required [${name}] property.`);
    }
  }
  if (!isFilled(location["SemanticVersion"])) {
    throw invalidResource(id, "Property 'SemanticVersion' cannot be blank.");
  }
  throw invalidResource(
    id,
    "Squall does not serve the Serverless Application Repository: give the URL or the path of a template as 'Location'.",
  );
}
