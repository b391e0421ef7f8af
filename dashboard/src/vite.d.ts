/** What a page may import beside modules. */
declare module "*.svg" {
  const url: string;
  export default url;
}
