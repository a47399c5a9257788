import { assetImportHandlers } from './asset-import.ts';
import { assetHandlers } from './assets.ts';
import type { BoundOperation } from './bind.ts';
import { changeHandlers } from './changes.ts';
import { channelHandlers } from './channels.ts';
import { decisionHandlers } from './decisions.ts';
import type { ApiDependencies } from './dependencies.ts';
import { exceptionHandlers } from './exceptions.ts';
import { findingHandlers } from './findings.ts';
import { operationHandlers } from './operation.ts';
import { overviewHandlers } from './overview.ts';
import { peopleHandlers } from './people.ts';
import { policyHandlers } from './policy.ts';
import { remediationHandlers } from './remediations.ts';
import { runHandlers } from './runs.ts';
import { sbomHandlers } from './sboms.ts';
import { sessionHandlers } from './session.ts';
import { tokenHandlers } from './tokens.ts';

/** Every operation of the contract with what carries it out; a test holds the two together. */
export function handlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  return [
    assetHandlers,
    assetImportHandlers,
    changeHandlers,
    channelHandlers,
    decisionHandlers,
    exceptionHandlers,
    findingHandlers,
    operationHandlers,
    overviewHandlers,
    peopleHandlers,
    policyHandlers,
    remediationHandlers,
    runHandlers,
    sbomHandlers,
    sessionHandlers,
    tokenHandlers,
  ].flatMap((resource) => resource(dependencies));
}
