import { messageOf } from '../../domain/error.ts';
import type { Threat } from '../../domain/threat.ts';
import type { Feed, FeedRecord } from '../../ports/feed.ts';
import { fieldsOf, isCveId, textOf, weaknesses } from './formats/fields.ts';
import { jsonElements } from './formats/json-elements.ts';

const FILE = 'known_exploited_vulnerabilities.json';

/** CISA's catalogue of Known Exploited Vulnerabilities (JSON, schema 1.1). */
export const kev: Feed = {
  id: 'kev',
  files: () => [
    {
      name: FILE,
      url: `https://www.cisa.gov/sites/default/files/feeds/${FILE}`,
      optional: false,
    },
  ],
  claims: (path) => /(^|\/)known_exploited_vulnerabilities[^/]*\.json(\.gz)?$/i.test(path),
  async *read(input, problem) {
    for await (const { text, index, header } of jsonElements(input, 'vulnerabilities')) {
      const place = `${input.origin}: vulnerabilities[${index}]`;
      try {
        yield entry(JSON.parse(text), textOf(header['dateReleased']));
      } catch (error) {
        problem(`${place}: ${messageOf(error)}`);
      }
    }
  },
};

function entry(value: unknown, released: string): FeedRecord {
  const fields = fieldsOf(value);
  const id = fields['cveID'];
  const dateAdded = textOf(fields['dateAdded']);
  if (!isCveId(id)) throw new Error('cveID is not a CVE id');
  if (!/^\d{4}-\d{2}-\d{2}/.test(dateAdded)) throw new Error(`${id} has no dateAdded`);
  const dueDate = textOf(fields['dueDate']);
  const threat: Threat = {
    kev: {
      dateAdded,
      ...(dueDate === '' ? {} : { dueDate }),
      ransomware: /^known$/i.test(textOf(fields['knownRansomwareCampaignUse'])),
    },
  };
  const cwes = Array.isArray(fields['cwes']) ? weaknesses(fields['cwes']) : [];
  return {
    kind: 'threat',
    id,
    threat,
    ...(cwes.length === 0 ? {} : { cwes }),
    asOf: released === '' ? dateAdded : released,
  };
}
