import type { Threat } from '../../domain/threat.ts';
import type { FeedRecord } from '../../ports/feed.ts';
import {
  type Fields,
  fieldsOf,
  isCveId,
  isFields,
  listOf,
  textOf,
  uniqueVectors,
  weaknesses,
} from './formats/fields.ts';
import { ssvcDecision } from './ssvc.schema.ts';

type ThreatRecord = FeedRecord & { kind: 'threat' };

/** What each of the shapes says, before it is put together. */
interface Parts {
  readonly id: unknown;
  readonly vectors: readonly unknown[];
  readonly cwes: readonly unknown[];
  readonly ssvc: Threat['ssvc'] | undefined;
  readonly kev: Threat['kev'] | undefined;
  readonly asOf: string;
}

/**
 * One CVE in any of the shapes it comes in: CVE JSON 5, an NVD 2.0 item (`{ cve: … }`), or a flat
 * object per line as the reduced lists have it. A rejected CVE gives nothing.
 *
 * @throws Error that names what is missing.
 */
export function readCveRecord(value: unknown): ThreatRecord | undefined {
  if (!isFields(value)) throw new Error('not a JSON object');
  const parts = partsOf(value);
  if (parts === undefined) return undefined;
  if (!isCveId(parts.id)) throw new Error('there is no CVE id');
  const severities = uniqueVectors(parts.vectors);
  const cwes = weaknesses(parts.cwes);
  return {
    kind: 'threat',
    id: parts.id,
    threat: {
      ...(parts.kev === undefined ? {} : { kev: parts.kev }),
      ...(parts.ssvc === undefined ? {} : { ssvc: parts.ssvc }),
    },
    ...(severities.length === 0 ? {} : { severities }),
    ...(cwes.length === 0 ? {} : { cwes }),
    ...(parts.asOf === '' ? {} : { asOf: parts.asOf }),
  };
}

function partsOf(value: Fields): Parts | undefined {
  if (isFields(value['cveMetadata'])) return cveJson5(value);
  if (isFields(value['cve'])) return nvd(value['cve']);
  return flat(value);
}

/** CVE JSON 5: the CNA's container first, then those that enrich it (ADP, among them CISA's). */
function cveJson5(record: Fields): Parts | undefined {
  const metadata = fieldsOf(record['cveMetadata']);
  if (metadata['state'] === 'REJECTED') return undefined;
  const containers = fieldsOf(record['containers']);
  const all = [containers['cna'], ...listOf(containers['adp'])].filter(isFields);
  const metrics = all.flatMap((container) => listOf(container['metrics'])).filter(isFields);
  const others = metrics.map((metric) => fieldsOf(metric['other']));
  const content = (type: string) =>
    others.filter((other) => textOf(other['type']).toLowerCase() === type).map((o) => o['content']);
  return {
    id: metadata['cveId'],
    vectors: metrics.flatMap((metric) =>
      Object.entries(metric)
        .filter(([key]) => /^cvssV\d_\d$/.test(key))
        .map(([, cvss]) => fieldsOf(cvss)['vectorString']),
    ),
    cwes: all
      .flatMap((container) => listOf(container['problemTypes']))
      .flatMap((type) => listOf(fieldsOf(type)['descriptions']))
      .map((description) => fieldsOf(description)['cweId']),
    ssvc: content('ssvc')
      .map((decision) => ssvcDecision(decision))
      .find((decision) => decision !== undefined),
    kev: kevMark(fieldsOf(content('kev')[0])['dateAdded']),
    asOf: textOf(metadata['dateUpdated']) || textOf(metadata['datePublished']),
  };
}

/** An item of NVD's CVE API 2.0; its times have no zone and are in UTC. */
function nvd(item: Fields): Parts | undefined {
  if (/^rejected$/i.test(textOf(item['vulnStatus']))) return undefined;
  const modified = textOf(item['lastModified']);
  return {
    id: item['id'],
    vectors: Object.values(fieldsOf(item['metrics']))
      .flatMap(listOf)
      .map((metric) => fieldsOf(fieldsOf(metric)['cvssData'])['vectorString']),
    cwes: listOf(item['weaknesses'])
      .flatMap((weakness) => listOf(fieldsOf(weakness)['description']))
      .map((description) => fieldsOf(description)['value']),
    ssvc: undefined,
    kev: kevMark(item['cisaExploitAdd'], item['cisaActionDue']),
    asOf: modified === '' || /Z|[+-]\d{2}:\d{2}$/.test(modified) ? modified : `${modified}Z`,
  };
}

function flat(record: Fields): Parts | undefined {
  if (/^rejected$/i.test(textOf(record['state']))) return undefined;
  return {
    id: record['id'],
    vectors: listOf(record['cvss']).map((cvss) => fieldsOf(cvss)['vector']),
    cwes: listOf(record['cwe']).map((cwe) => (isFields(cwe) ? cwe['id'] : cwe)),
    ssvc: ssvcDecision(record['ssvc']),
    kev: kevMark(fieldsOf(record['kev'])['date_added']),
    asOf: textOf(record['updated']) || textOf(record['published']),
  };
}

/** A KEV mark inside a CVE record says nothing about ransomware; the catalogue itself does. */
function kevMark(dateAdded: unknown, dueDate?: unknown): Threat['kev'] | undefined {
  const added = textOf(dateAdded);
  if (!/^\d{4}-\d{2}-\d{2}/.test(added)) return undefined;
  const due = textOf(dueDate);
  return { dateAdded: added, ...(due === '' ? {} : { dueDate: due }), ransomware: false };
}
