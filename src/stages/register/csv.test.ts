import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRegistrationCsv } from './csv.ts';

const read = (...lines: readonly string[]) => readRegistrationCsv(lines.join('\n'), 'assets.csv');
const problems = (...lines: readonly string[]) =>
  read(...lines).problems.map(({ line, message }) => `${line}: ${message}`);

describe('readRegistrationCsv', () => {
  it('reads what each column says, in any order', () => {
    const { entries, problems: none } = read(
      'Environment,location,kind,name,folder,branch,credential,owners,labels,schedule,exposure,criticality,Data-Sensitivity',
      'production,https://git.example/a,repository,Shop,api,main,env:T,team-a;team-b,tier=web;zone=eu,15 3 * * *,internet,1,regulated',
    );
    expect(none).toEqual([]);
    expect(entries).toEqual([
      {
        line: 2,
        registration: {
          kind: 'repository',
          name: 'Shop',
          location: 'https://git.example/a',
          folder: 'api',
          branch: 'main',
          credential: 'env:T',
          schedule: '15 3 * * *',
          owners: ['team-a', 'team-b'],
          labels: { tier: 'web', zone: 'eu' },
          context: {
            environment: 'production',
            exposure: 'internet',
            criticality: 1,
            dataSensitivity: 'regulated',
          },
        },
      },
    ]);
  });

  it.each<[string, readonly string[], readonly object[]]>([
    [
      'an empty cell says nothing',
      ['location,name,owners', '/srv/a,,'],
      [{ kind: 'repository', location: '/srv/a' }],
    ],
    [
      'semicolons between columns',
      ['location;owners', '/srv/a;x,y'],
      [{ kind: 'repository', location: '/srv/a', owners: ['x', 'y'] }],
    ],
    [
      'quotes, and lines inside of them',
      ['location,name', '"/srv/a, b","say ""hi"""'],
      [{ kind: 'repository', location: '/srv/a, b', name: 'say "hi"' }],
    ],
    [
      'a byte order mark and Windows lines',
      ['\uFEFFlocation\r', '/srv/a\r', '\r', '/srv/b\r'],
      [
        { kind: 'repository', location: '/srv/a' },
        { kind: 'repository', location: '/srv/b' },
      ],
    ],
    ['hosts', ['kind,location', 'Host,ssh://h1'], [{ kind: 'host', location: 'ssh://h1' }]],
  ])('understands %s', (_, lines, expected) => {
    const { entries, problems: none } = read(...lines);
    expect(none).toEqual([]);
    expect(entries.map(({ registration }) => registration)).toEqual(expected);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    [
      'a column that is misspelt',
      ['location,enviroment', '/a,test'],
      ['1: column 2, "enviroment", is not known; did you mean "environment"?'],
    ],
    [
      'a column from elsewhere',
      ['location,zebra', '/a,x'],
      [
        '1: column 2, "zebra", is not known; known: kind, name, location, folder, branch, credential, schedule, owners, labels, environment, exposure, criticality, data_sensitivity',
      ],
    ],
    [
      'a column twice',
      ['location,name,Location', '/a,b,c'],
      ['1: column "Location" is there twice'],
    ],
    [
      'no header',
      ['name', 'b'],
      ['1: there is no column "location"; the first row must name the columns'],
    ],
    ['nothing', [''], ['1: the file is empty']],
    [
      'a row too short',
      ['location,name', '/a', '/b,c'],
      ['2: the row has 1 cells, the header 2; put quotes around cells with commas'],
    ],
    [
      'values that cannot be',
      ['location,kind,exposure', '/a,ship,sky'],
      [
        '2: kind cannot be "ship"; allowed: repository, host',
        '2: exposure cannot be "sky"; allowed: internet, internal, isolated',
      ],
    ],
    ['a row without a place', ['location,name', '/a,b', ',c'], ['3: there is no location']],
    [
      'a label without a value',
      ['location,labels', '/a,web'],
      ['2: the label "web" is not written as name=value'],
    ],
  ])('says what is wrong with %s', (_, lines, expected) => {
    expect(problems(...lines)).toEqual(expected);
  });

  it('says where a quote begins that does not end', () => {
    const [problem] = problems('location,name', '/a,"b', '/c,d');
    expect(problem).toMatch(/^\d: this is no CSV: /);
  });

  it('leaves out wrong rows and keeps the others', () => {
    const { entries } = read('location,criticality', '/a,1', '/b,9', '/c,4');
    expect(entries.map(({ registration, line }) => [registration.location, line])).toEqual([
      ['/a', 2],
      ['/c', 4],
    ]);
  });

  it('does not drown anybody in problems', () => {
    const rows = Array.from({ length: 5_000 }, () => ',x');
    const told = read('location,name', ...rows).problems;
    expect(told).toHaveLength(101);
    expect(told.at(-1)?.message).toBe('and 4900 more errors');
  });

  it('refuses a table without end, and a row without end', () => {
    const many = readRegistrationCsv(`location\n${'/a\n'.repeat(100_001)}`, 'a');
    expect(many.entries).toEqual([]);
    expect(many.problems.map(({ message }) => message)).toEqual([
      '100001 rows are too many; at most 100000 are read',
    ]);
    expect(problems('location', `"${'x'.repeat(50_000)}"`)[0]).toMatch(/no CSV/);
  });

  it('never throws, and loses no row', () => {
    const cell = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 6 }), (rows) => {
        const text = ['location,name', ...rows.map((row) => row.join(','))].join('\n');
        const { entries, problems: told } = readRegistrationCsv(text, 'a');
        const lines = entries.map(({ line }) => line);
        expect(new Set(lines).size).toBe(lines.length);
        expect(told.every(({ message }) => message !== '')).toBe(true);
      }),
    );
    const plain = fc.stringMatching(/^[a-z0-9 "]{1,10}$/);
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 20 }), (names) => {
        const quoted = names.map((name) => `/srv/x,"${name.replaceAll('"', '""')}"`);
        const { entries, problems: told } = read('location,name', ...quoted);
        expect(told).toEqual([]);
        expect(entries.map(({ registration }) => registration.name ?? '')).toEqual(
          names.map((name) => name.trim()),
        );
      }),
    );
  });
});
