import type { ImportedName, ImportKind } from './facts.ts';
import { moduleOrigin } from './origin.ts';
import { type SyntaxIndex, scopeOf } from './scopes.ts';
import { child, children, literalText, type SyntaxNode, textField } from './syntax.ts';
import type { Tracer } from './tracer.ts';

export type AddImport = (
  kind: ImportKind,
  specifier: string,
  place: SyntaxNode,
  names: readonly ImportedName[],
  flags: { typeOnly?: boolean; certain?: boolean },
) => void;

/** Reads import and export declarations, and hands their bindings to the tracer. */
export class DeclarationReader {
  readonly #index: SyntaxIndex;
  readonly #tracer: Tracer;
  readonly #typescript: boolean;

  constructor(index: SyntaxIndex, tracer: Tracer, typescript: boolean) {
    this.#index = index;
    this.#tracer = tracer;
    this.#typescript = typescript;
  }

  read(add: AddImport): void {
    for (const node of this.#all('ImportDeclaration')) this.#importDeclaration(node, add);
    for (const node of this.#all('TSImportEqualsDeclaration')) this.#importEquals(node, add);
    for (const node of this.#all('ExportNamedDeclaration')) this.#exportFrom(node, add);
    for (const node of this.#all('ExportAllDeclaration')) this.#exportAll(node, add);
  }

  #all(type: string): readonly SyntaxNode[] {
    return (this.#index.nodes.get(type) ?? []).map(({ node }) => node);
  }

  #importDeclaration(node: SyntaxNode, add: AddImport): void {
    const specifier = literalText(child(node, 'source'));
    if (specifier === undefined) return;
    const names: ImportedName[] = [];
    let types = 0;
    let used = false;
    const specifiers = children(node, 'specifiers');
    for (const one of specifiers) {
      const local = textField(child(one, 'local') ?? one, 'name') ?? '';
      const imported = importedName(one);
      if (one['importKind'] === 'type') types += 1;
      else {
        names.push({ imported, local });
        used ||= this.#isUsedAsValue(local);
      }
      const chain = imported === '*' ? [] : [imported];
      this.#tracer.bind(local, this.#index.root, moduleOrigin(specifier, chain));
    }
    const typeOnly = node['importKind'] === 'type';
    const certain = specifiers.length === 0 || (types < specifiers.length && used);
    add('import', specifier, node, names, { typeOnly, certain });
  }

  /** Compilers drop TypeScript imports of which nothing is used as a value. */
  #isUsedAsValue(local: string): boolean {
    if (!this.#typescript || local === 'React') return true;
    const references = this.#index.references.get(local) ?? [];
    return references.some(({ node, scope }) => {
      if (scopeOf(local, scope) !== this.#index.root) return false;
      const type = this.#index.parents.get(node)?.type ?? '';
      return !type.startsWith('Import');
    });
  }

  #importEquals(node: SyntaxNode, add: AddImport): void {
    const reference = child(node, 'moduleReference');
    if (reference?.type !== 'TSExternalModuleReference') return;
    const specifier = literalText(child(reference, 'expression'));
    const id = child(node, 'id');
    if (specifier === undefined || id === undefined) return;
    const local = textField(id, 'name') ?? '';
    this.#tracer.assign(id, moduleOrigin(specifier));
    const exported = this.#index.parents.get(node)?.type === 'ExportNamedDeclaration';
    if (exported) this.#tracer.reexport(node, specifier, '*', local);
    const typeOnly = node['importKind'] === 'type';
    const certain = exported || this.#isUsedAsValue(local);
    add('import-equals', specifier, node, [{ imported: '*', local }], { typeOnly, certain });
  }

  #exportFrom(node: SyntaxNode, add: AddImport): void {
    const specifier = literalText(child(node, 'source'));
    if (specifier === undefined) return;
    const typeOnly = node['exportKind'] === 'type';
    const names: ImportedName[] = [];
    for (const one of children(node, 'specifiers')) {
      if (one['exportKind'] === 'type') continue;
      const imported = nameIn(child(one, 'local')) ?? 'default';
      const exportedAs = nameIn(child(one, 'exported')) ?? imported;
      names.push({ imported, exportedAs });
      if (!typeOnly) {
        this.#tracer.reexport(
          one,
          specifier,
          imported,
          exportedAs === 'default' ? '*' : exportedAs,
        );
      }
    }
    add('re-export', specifier, node, names, { typeOnly });
  }

  #exportAll(node: SyntaxNode, add: AddImport): void {
    const specifier = literalText(child(node, 'source'));
    if (specifier === undefined) return;
    const typeOnly = node['exportKind'] === 'type';
    const exportedAs = nameIn(child(node, 'exported')) ?? '*';
    if (!typeOnly) this.#tracer.reexport(node, specifier, '*', exportedAs);
    add('re-export', specifier, node, [{ imported: '*', exportedAs }], { typeOnly });
  }
}

function importedName(specifier: SyntaxNode): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  return nameIn(child(specifier, 'imported')) ?? 'default';
}

function nameIn(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  return textField(node, 'name') ?? textField(node, 'value');
}
