import { z } from 'zod';
import type { DependencyKind } from '../../../domain/dependency-graph.ts';
import {
  checked,
  refuseTooMany,
  type SbomDocument,
  type SbomLink,
  sbomInvalid,
} from './document.ts';

const VERSIONS = ['SPDX-2.2', 'SPDX-2.3'];

const documentSchema = z.object({
  spdxVersion: z.string(),
  name: z.string().optional(),
  documentDescribes: z.array(z.string()).optional(),
  packages: z
    .array(
      z.object({
        SPDXID: z.string(),
        name: z.string(),
        externalRefs: z
          .array(z.object({ referenceType: z.string(), referenceLocator: z.string() }))
          .optional(),
      }),
    )
    .optional(),
  relationships: z
    .array(
      z.object({
        spdxElementId: z.string(),
        relationshipType: z.string(),
        relatedSpdxElement: z.string(),
      }),
    )
    .optional(),
});

/** SPDX 2.3, clause 11.1: who needs whom. `_OF` is said from the side of what is needed. */
const FORWARD: Readonly<Record<string, DependencyKind>> = { DEPENDS_ON: 'runtime' };
const BACKWARD: Readonly<Record<string, DependencyKind>> = {
  BUILD_DEPENDENCY_OF: 'development',
  BUILD_TOOL_OF: 'development',
  DEPENDENCY_OF: 'runtime',
  DEV_DEPENDENCY_OF: 'development',
  DEV_TOOL_OF: 'development',
  OPTIONAL_DEPENDENCY_OF: 'optional',
  PROVIDED_DEPENDENCY_OF: 'peer',
  RUNTIME_DEPENDENCY_OF: 'runtime',
  TEST_DEPENDENCY_OF: 'development',
  TEST_TOOL_OF: 'development',
};

/** @throws SutureError `sbom-invalid` */
export function readSpdx(value: unknown): SbomDocument {
  const document = checked(documentSchema, value, 'SPDX');
  if (!VERSIONS.includes(document.spdxVersion)) {
    throw sbomInvalid(
      `spdxVersion: ${document.spdxVersion.slice(0, 20)} is not read`,
      `Write it as one of: ${VERSIONS.join(', ')}.`,
    );
  }
  const { packages = [], relationships = [] } = document;
  refuseTooMany('packages', packages.length);
  refuseTooMany('relationships', relationships.length);
  const roots = new Set(document.documentDescribes ?? []);
  const links: SbomLink[] = [];
  for (const { spdxElementId: a, relationshipType: type, relatedSpdxElement: b } of relationships) {
    const forward = FORWARD[type];
    const backward = BACKWARD[type];
    if (forward !== undefined) links.push({ from: a, to: b, kind: forward });
    else if (backward !== undefined) links.push({ from: b, to: a, kind: backward });
    else if (type === 'DESCRIBES') roots.add(b);
    else if (type === 'DESCRIBED_BY') roots.add(a);
  }
  // A document that describes each of its packages has no root: they are what is installed.
  if (packages.length > 1 && packages.every(({ SPDXID }) => roots.has(SPDXID))) roots.clear();
  return {
    format: document.spdxVersion.replace('-', ' '),
    ...(document.name !== undefined && { name: document.name }),
    roots,
    items: packages.map(({ SPDXID, name, externalRefs = [] }, at) => {
      const purl = externalRefs.find(({ referenceType }) => referenceType === 'purl');
      return {
        id: SPDXID,
        path: `packages[${at}]`,
        name,
        isPackage: true,
        ...(purl !== undefined && { purl: purl.referenceLocator }),
      };
    }),
    links,
  };
}
