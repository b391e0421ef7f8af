import { defineConfig } from "vitepress";

const guide = (text: string, page: string) => ({ text, link: `/guide/${page}` });

/** The pages are written by scripts/site.ts. VitePress fails for a link that leads nowhere. */
export default defineConfig({
  title: "Squall",
  description: "A local AWS that fails on purpose: one process, no Docker, no account, no token.",
  srcDir: "pages",
  outDir: "dist",
  markdown: {
    // A heading may end with `{id}`, which is a part of a path.
    attrs: { disable: true },
    config(md) {
      // `{{resolve:ssm:…}}` is CloudFormation's, not Vue's.
      const code = md.renderer.rules.code_inline;
      md.renderer.rules.code_inline = (...given) => code?.(...given).replace("<code", "<code v-pre") ?? "";
    },
  },
  themeConfig: {
    search: { provider: "local" },
    nav: [
      { text: "Ten minutes", link: "/" },
      { text: "Guides", link: "/guide/testing-retries" },
      { text: "Faults", link: "/faults/" },
      { text: "Services", link: "/services/" },
      { text: "Reference", link: "/http-api" },
      { text: "Compared", link: "/comparison" },
    ],
    sidebar: [
      {
        text: "To begin",
        items: [
          { text: "Ten minutes", link: "/" },
          guide("Install", "install"),
          guide("The first experiment", "getting-started"),
          guide("The dashboard", "dashboard"),
          guide("Commands", "commands"),
          { text: "Compared with others", link: "/comparison" },
        ],
      },
      {
        text: "To do something",
        items: [
          guide("Test retries", "testing-retries"),
          guide("Break a database", "break-a-database"),
          guide("Rehearse a region's outage", "region-outage"),
          guide("Find faults", "explore"),
          guide("See what will go wrong", "checks"),
          guide("In CI, in your tests", "kits"),
          guide("Record and play", "cassettes"),
          guide("In front of others", "gateway"),
          guide("Many gateways", "fleet"),
          guide("Keep and move state", "state"),
          guide("Watch it from outside", "observability"),
          guide("Embed it", "embedding"),
          guide("Extend it", "extending"),
        ],
      },
      {
        text: "Coming from",
        items: [
          guide("LocalStack", "from-localstack"),
          guide("Toxiproxy", "from-toxiproxy"),
          guide("FIS", "from-fis"),
          guide("aws-sdk-client-mock", "from-aws-sdk-client-mock"),
          guide("moto", "from-moto"),
        ],
      },
      {
        text: "Tools",
        collapsed: true,
        items: [
          guide("CDK", "cdk"),
          guide("CloudFormation", "cloudformation"),
          guide("SAM", "sam"),
          guide("Serverless", "serverless"),
          guide("Terraform", "terraform"),
        ],
      },
      {
        text: "Reference",
        items: [
          guide("Rules", "faults"),
          { text: "Every fault", link: "/faults/" },
          { text: "Services", link: "/services/" },
          guide("FIS actions", "fis"),
          { text: "HTTP API", link: "/http-api" },
          { text: "Coverage", link: "/coverage" },
          { text: "Fidelity", link: "/fidelity" },
          { text: "SDKs", link: "/sdks" },
          { text: "Protocols", link: "/protocols" },
          { text: "What is recognised", link: "/recognition" },
          { text: "Performance", link: "/performance" },
          { text: "Architecture", link: "/architecture" },
          { text: "Security", link: "/SECURITY" },
          { text: "Changes", link: "/CHANGELOG" },
          { text: "To contribute", link: "/CONTRIBUTING" },
        ],
      },
    ],
  },
});
