import type { Threat } from '../../domain/threat.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './formats/fields.ts';

/**
 * CISA's SSVC decision points (SSVC 2.0.3), as an `options` list of one-key objects or as plain
 * fields. Their spelling varies between records (`technicalImpact`, `Technical Impact`,
 * `technical_impact`; `PoC`, `poc`, `public_poc`), so letters alone count, in any case.
 *
 * Nothing comes out unless all three are there: half a decision decides nothing.
 */
export function ssvcDecision(value: unknown): Threat['ssvc'] | undefined {
  const content = fieldsOf(value);
  const options = listOf(content['options']).filter(isFields);
  const points = new Map(
    [content, ...options].flatMap((fields: Fields) =>
      Object.entries(fields).map(([name, given]) => [letters(name), letters(textOf(given))]),
    ),
  );
  const exploitation = points.get('exploitation');
  const automatable = points.get('automatable');
  const impact = points.get('technicalimpact');
  if (exploitation === undefined || automatable === undefined || impact === undefined) {
    return undefined;
  }
  if (!/^(none|poc|publicpoc|active)$/.test(exploitation)) return undefined;
  if (!/^(yes|no)$/.test(automatable) || !/^(partial|total)$/.test(impact)) return undefined;
  return {
    exploitation: exploitation.endsWith('poc') ? 'poc' : (exploitation as 'none' | 'active'),
    automatable: automatable === 'yes',
    technicalImpact: impact as 'partial' | 'total',
  };
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z]/g, '');
}
