import type { Configuration, DeclaredContext } from '../../domain/configuration.ts';
import type { AssetContext, ContextField } from '../../domain/context.ts';
import type { DependencyGraph } from '../../domain/dependency-graph.ts';
import type { SourceTree } from '../../ports/source-tree.ts';
import {
  directDependencies,
  handledData,
  handledMoney,
  serverExposure,
} from './context/dependencies.ts';
import { deploymentEnvironment, deploymentExposure } from './context/deployment.ts';
import { packageExposure } from './context/manifest.ts';
import { listeningExposure, storedData } from './context/own-code.ts';
import { type Signal, textFiles } from './context/text-files.ts';

/**
 * For want of any word. Production, because most code ends there and a wrong "only a test" hides
 * risk; internal, because most repositories serve nobody and a wrong "internet" buries what does;
 * the middle of the tiers.
 */
const DEFAULTS = {
  environment: 'production',
  exposure: 'internal',
  criticality: 3,
  dataSensitivity: 'internal',
} as const;

/**
 * What is known of an asset: what a person declared, else what its files show, else a default;
 * each with where it comes from. Reads few and small files, and nothing for a declared field.
 */
export async function inferContext(input: {
  readonly tree: SourceTree;
  readonly graphs: readonly DependencyGraph[];
  readonly configuration: Pick<Configuration, 'context' | 'declaredAt'>;
}): Promise<AssetContext> {
  const { tree, graphs, configuration } = input;
  const files = await textFiles(tree);
  const dependencies = directDependencies(graphs);
  const field = async <K extends keyof DeclaredContext>(
    name: K,
    infer: () => Promise<Signal<NonNullable<DeclaredContext[K]>> | undefined>,
  ): Promise<ContextField<NonNullable<DeclaredContext[K]>>> => {
    const declared = configuration.context[name];
    if (declared !== undefined) {
      const because = configuration.declaredAt[name] ?? 'declared';
      return { value: declared, source: 'declared', because };
    }
    const signal = await infer();
    if (signal !== undefined) return { ...signal, source: 'inferred' };
    const value: NonNullable<DeclaredContext[K]> = DEFAULTS[name];
    return { value, source: 'default', because: 'nothing said otherwise' };
  };
  return {
    environment: await field('environment', () => deploymentEnvironment(files)),
    exposure: await field(
      'exposure',
      async () =>
        (await deploymentExposure(files)) ??
        (await serverExposure(dependencies, files)) ??
        (await listeningExposure(files)) ??
        (await packageExposure(tree)),
    ),
    criticality: await field('criticality', () => handledMoney(dependencies, files)),
    dataSensitivity: await field(
      'dataSensitivity',
      async () => (await handledData(dependencies, files)) ?? (await storedData(files)),
    ),
  };
}
