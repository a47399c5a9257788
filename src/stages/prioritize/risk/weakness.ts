/** Weakness classes that move the odds of exploitation, by CWE id. */
const WEAKNESS_CLASSES = {
  injection: [74, 77, 78, 88, 94, 95, 502, 913, 917, 1336],
  access: [269, 284, 287, 288, 306, 425, 798, 862, 863, 1188],
  path: [22, 23, 36, 59, 73, 434],
  memory: [119, 120, 121, 122, 125, 190, 415, 416, 787, 822, 824, 843],
  script: [79, 80, 352, 601, 1021],
  exhaustion: [400, 401, 476, 770, 835, 1333],
  query: [89],
  forgery: [611, 918],
} as const;

export type WeaknessClass = keyof typeof WEAKNESS_CLASSES;
export const weaknessClasses = Object.keys(WEAKNESS_CLASSES) as readonly WeaknessClass[];

const CLASS_OF = new Map<string, WeaknessClass>(
  weaknessClasses.flatMap((name) => WEAKNESS_CLASSES[name].map((id) => [`CWE-${id}`, name])),
);

/** Classes of CWE ids (`CWE-79`); ids outside all classes add nothing. */
export function classesOf(cwes: readonly string[]): ReadonlySet<WeaknessClass> {
  return new Set(cwes.flatMap((cwe) => CLASS_OF.get(cwe.toUpperCase()) ?? []));
}
