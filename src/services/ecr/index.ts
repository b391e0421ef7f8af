import type { ServiceFactory } from "../../core/service.ts";
import { images } from "./images.ts";
import { policies } from "./policies.ts";
import { repositories } from "./repositories.ts";
import { tags } from "./tags.ts";

/** Amazon ECR's repositories, without a registry: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/ */
const ecr: ServiceFactory = () => ({
  name: "ecr",
  operations: { ...repositories, ...policies, ...images, ...tags },
});

export default ecr;
