/** JSON text of parameters: those of one chat over those of all. */
export function mergeParams(template: string, own: string): string {
  return JSON.stringify({ ...(JSON.parse(template) as object), ...(JSON.parse(own) as object) });
}
