import { z } from 'zod';
import type { Scope } from '../../../domain/component.ts';
import {
  checked,
  refuseTooMany,
  type SbomDocument,
  type SbomItem,
  sbomInvalid,
} from './document.ts';

const VERSIONS = ['1.4', '1.5', '1.6', '1.7'];

const componentSchema = z.object({
  type: z.string(),
  name: z.string(),
  group: z.string().optional(),
  purl: z.string().optional(),
  'bom-ref': z.string().optional(),
  scope: z.string().optional(),
  properties: z.array(z.object({ name: z.string(), value: z.string().optional() })).optional(),
  // Checked one level at a time, so that depth costs no stack.
  components: z.array(z.unknown()).optional(),
});
type CycloneDxComponent = z.infer<typeof componentSchema>;

const documentSchema = z.object({
  specVersion: z.string(),
  metadata: z.object({ component: componentSchema.optional() }).optional(),
  components: z.array(z.unknown()).optional(),
  dependencies: z
    .array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).optional() }))
    .optional(),
});

/** Component types that a registry's package can be; the others are files, systems, data. */
const PACKAGES: ReadonlySet<string> = new Set(['library', 'framework']);

/** @throws SutureError `sbom-invalid` */
export function readCycloneDx(value: unknown): SbomDocument {
  const document = checked(documentSchema, value, 'CycloneDX');
  if (!VERSIONS.includes(document.specVersion)) {
    throw sbomInvalid(
      `specVersion: CycloneDX ${document.specVersion.slice(0, 20)} is not read`,
      `Write it as one of: ${VERSIONS.join(', ')}.`,
    );
  }
  const root = document.metadata?.component;
  const items: SbomItem[] = [];
  // Components nest (what is inside of what); that says nothing of who needs whom.
  const waiting: [unknown, string][] = [
    ...(root?.components ?? []).map((each, at): [unknown, string] => [
      each,
      `metadata.component.components[${at}]`,
    ]),
    ...(document.components ?? []).map((each, at): [unknown, string] => [
      each,
      `components[${at}]`,
    ]),
  ].reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [given, path] = next;
    const component = checked(componentSchema, given, 'CycloneDX', path);
    items.push(itemOf(component, path));
    refuseTooMany('components', items.length);
    const inner = component.components ?? [];
    for (let at = inner.length - 1; at >= 0; at -= 1) {
      waiting.push([inner[at], `${path}.components[${at}]`]);
    }
  }
  const links = (document.dependencies ?? []).flatMap(({ ref, dependsOn = [] }) =>
    dependsOn.map((to) => ({ from: ref, to, kind: 'runtime' as const })),
  );
  refuseTooMany('dependencies', links.length);
  return {
    format: `CycloneDX ${document.specVersion}`,
    ...(root !== undefined && { name: fullName(root) }),
    roots: new Set(root?.['bom-ref'] === undefined ? [] : [root['bom-ref']]),
    items,
    links,
  };
}

function itemOf(component: CycloneDxComponent, path: string): SbomItem {
  const scope = scopeOf(component);
  return {
    id: component['bom-ref'] ?? path,
    path,
    name: fullName(component),
    isPackage: PACKAGES.has(component.type),
    ...(component.purl !== undefined && { purl: component.purl }),
    ...(scope !== undefined && { scope }),
  };
}

/** `excluded` is what tests and builds need (specification, component scope). */
function scopeOf({ scope, properties = [] }: CycloneDxComponent): Scope | undefined {
  const develops = properties.some(
    ({ name, value }) => name === 'cdx:npm:package:development' && value === 'true',
  );
  if (develops || scope === 'excluded') return 'development';
  return scope === 'optional' ? 'optional' : undefined;
}

function fullName({ group, name }: CycloneDxComponent): string {
  return group === undefined || group === '' ? name : `${group}/${name}`;
}
