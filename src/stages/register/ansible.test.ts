import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandHosts } from './ansible/host-ranges.ts';
import { splitWords } from './ansible/words.ts';
import { type RegistrationFormat, readRegistrations } from './read-registrations.ts';

const INI = `
# the fleet
bastion ansible_host=10.0.0.9 ansible_user=ops  # not in a group

[web]
web[01:03].example.com ansible_port=2222
shop.example.com:2200 suture_criticality=1

[db]
"db 1" ; is no host
db-[a:b] ansible_host="10.1.0.1" ansible_password=hunter2

[web:vars]
suture_exposure=internet
suture_owners = team-a, team-b

[prod:children]
web
db

[prod:vars]
suture_environment=production
suture_exposure=internal
`;

const YAML = `
all:
  vars:
    suture_environment: production
  hosts:
    bastion:
      ansible_host: 10.0.0.9
  children:
    web:
      vars: { suture_exposure: internet }
      hosts:
        web[01:02].example.com:
        shop.example.com: { ansible_port: 2200, suture_criticality: 1, suture_owners: [team-a, team-b] }
    db:
      hosts:
        db1: &defaults
          ansible_user: root
        db2:
          <<: *defaults
          ansible_user: postgres
`;

const JSON_LIST = JSON.stringify({
  _meta: { hostvars: { web1: { ansible_host: '10.0.0.1', suture_criticality: 2 }, db1: {} } },
  all: { children: ['ungrouped', 'web', 'db'], vars: { suture_environment: 'test' } },
  web: { hosts: ['web1'], vars: { suture_exposure: 'internet' } },
  db: ['db1'],
});

function read(text: string, format: RegistrationFormat) {
  const { entries, problems } = readRegistrations(text, format, 'hosts');
  return {
    hosts: Object.fromEntries(
      entries.map(({ registration, line }) => {
        const given = Object.entries(registration).filter(
          ([key]) => !['kind', 'name'].includes(key),
        );
        return [
          registration.name ?? '',
          { ...Object.fromEntries(given), ...(line !== undefined && { line }) },
        ];
      }),
    ),
    problems: problems.map(
      ({ severity, line, message }) => `${severity} ${line ?? '-'} ${message}`,
    ),
  };
}

const inGroups = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`group:${name}`, 'true']));

describe('readRegistrations', () => {
  it('reads an inventory in INI form', () => {
    const { hosts, problems } = read(INI, 'ansible-ini');
    const web = {
      labels: inGroups('prod', 'web'),
      owners: ['team-a', 'team-b'],
      context: { environment: 'production', exposure: 'internet' },
    };
    const db = {
      location: 'ssh://10.1.0.1',
      labels: inGroups('db', 'prod'),
      context: { environment: 'production', exposure: 'internal' },
      line: 11,
    };
    expect(hosts).toEqual({
      bastion: { location: 'ssh://ops@10.0.0.9', labels: {}, line: 3 },
      'web01.example.com': { ...web, location: 'ssh://web01.example.com:2222', line: 6 },
      'web02.example.com': { ...web, location: 'ssh://web02.example.com:2222', line: 6 },
      'web03.example.com': { ...web, location: 'ssh://web03.example.com:2222', line: 6 },
      'shop.example.com': {
        ...web,
        location: 'ssh://shop.example.com:2200',
        context: { ...web.context, criticality: 1 },
        line: 7,
      },
      'db-a': db,
      'db-b': db,
    });
    expect(problems).toEqual([
      'error 10 ";" is not written as name=value',
      'error 10 "is" is not written as name=value',
      'error 10 "no" is not written as name=value',
      'error 10 "host" is not written as name=value',
      'error 10 "db 1" is no host, or names more than 100000',
      'warning - ansible_password is not taken over; give credentials by reference',
    ]);
    expect(JSON.stringify([hosts, problems])).not.toContain('hunter2');
  });

  it('reads an inventory in YAML form', () => {
    expect(read(YAML, 'ansible-yaml')).toEqual({
      hosts: {
        bastion: {
          location: 'ssh://10.0.0.9',
          labels: {},
          context: { environment: 'production' },
          line: 6,
        },
        'web01.example.com': {
          location: 'ssh://web01.example.com',
          labels: inGroups('web'),
          context: { environment: 'production', exposure: 'internet' },
          line: 12,
        },
        'web02.example.com': {
          location: 'ssh://web02.example.com',
          labels: inGroups('web'),
          context: { environment: 'production', exposure: 'internet' },
          line: 12,
        },
        'shop.example.com': {
          location: 'ssh://shop.example.com:2200',
          labels: inGroups('web'),
          owners: ['team-a', 'team-b'],
          context: { environment: 'production', exposure: 'internet', criticality: 1 },
          line: 13,
        },
        db1: {
          location: 'ssh://root@db1',
          labels: inGroups('db'),
          context: { environment: 'production' },
          line: 16,
        },
        db2: {
          location: 'ssh://postgres@db2',
          labels: inGroups('db'),
          context: { environment: 'production' },
          line: 18,
        },
      },
      problems: [],
    });
  });

  it('reads what a dynamic inventory prints', () => {
    expect(read(JSON_LIST, 'ansible-json')).toEqual({
      hosts: {
        web1: {
          location: 'ssh://10.0.0.1',
          labels: inGroups('web'),
          context: { environment: 'test', exposure: 'internet', criticality: 2 },
        },
        db1: { location: 'ssh://db1', labels: inGroups('db'), context: { environment: 'test' } },
      },
      problems: [],
    });
  });

  it.each<[string, RegistrationFormat, string, readonly string[]]>([
    [
      'a value that cannot be',
      'ansible-ini',
      'h suture_exposure=sky',
      ['error 1 h: suture_exposure cannot be "sky"; allowed: internet, internal, isolated'],
    ],
    [
      'a variable that is misspelt',
      'ansible-ini',
      'h suture_enviroment=test',
      [
        'warning 1 h: suture_enviroment is not known; known: suture_environment, suture_exposure, suture_criticality, suture_data_sensitivity, suture_owners, suture_schedule',
      ],
    ],
    [
      'another way in',
      'ansible-ini',
      'h ansible_connection=docker',
      ['warning 1 h: not registered: it is reached by "docker", not over SSH'],
    ],
    [
      'a template',
      'ansible-ini',
      'h ansible_host="{{ ip }}"',
      [
        'error 1 h: "{{ ip }}" is a template, which only Ansible can fill in; use ansible-inventory --list',
      ],
    ],
    [
      'an address that is an option',
      'ansible-ini',
      'h ansible_host=-oProxyCommand=id',
      ['error 1 h: "-oProxyCommand=id" is no address of a host'],
    ],
    [
      'a port out of range',
      'ansible-ini',
      'h ansible_port=70000',
      ['error 1 h: "70000" is no port'],
    ],
    [
      'a user with a blank',
      'ansible-ini',
      'h ansible_user="a b"',
      ['error 1 h: "a b" is no user name'],
    ],
    [
      'a section of another kind',
      'ansible-ini',
      '[a:b]\nh',
      [
        'error 1 [a:b] is no section; allowed: group, group:vars, group:children',
        'error - there are no hosts in it',
      ].slice(0, 1),
    ],
    [
      'a quote that does not end',
      'ansible-ini',
      'h a="b',
      ['error 1 "h a="b" has a quote that does not end'],
    ],
    ['no hosts', 'ansible-ini', '[web]', ['error - there are no hosts in it']],
    [
      'broken YAML',
      'ansible-yaml',
      'all: [',
      [
        'error 1 this is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'.slice(
          0,
          200,
        ),
      ],
    ],
    ['YAML that is a list', 'ansible-yaml', '- a', ['error 1 groups must be a mapping']],
    [
      'hosts that are a list',
      'ansible-yaml',
      'web:\n  hosts: [a]',
      ['error 2 hosts must be a mapping'],
    ],
    [
      'a part that groups do not have',
      'ansible-yaml',
      'web:\n  hosts:\n    h:\n  host: x',
      ['warning 4 "host" in group web is not read; a group has hosts, vars and children'],
    ],
    ['broken JSON', 'ansible-json', '{', ['error - this is no JSON: ']],
    [
      'JSON that is a list',
      'ansible-json',
      '[]',
      ['error - the inventory must be an object with a group for each key'],
    ],
    [
      'a group that is text',
      'ansible-json',
      '{"web": "a", "db": ["h"]}',
      ['error - the group web must be an object'],
    ],
  ])('says what is wrong with %s', (_, format, text, expected) => {
    const { problems } = read(text, format);
    expect(problems).toHaveLength(expected.length);
    for (const [at, message] of expected.entries())
      expect(problems[at]).toContain(message.slice(0, 120));
  });

  it.each<[string, string, string]>([
    ['a port behind a colon', 'h:2200', 'ssh://h:2200'],
    ['the port that is the default', 'h:22', 'ssh://h'],
    ['an address of version 6', '2001:db8::1', 'ssh://[2001:db8::1]'],
    ['one with a port', '[2001:db8::1]:2200', 'ssh://[2001:db8::1]:2200'],
    [
      'the old names of variables',
      'h ansible_ssh_host=a ansible_ssh_port=1 ansible_ssh_user=u',
      'ssh://u@a:1',
    ],
    ['a user of a domain', 'h ansible_user=u@corp', 'ssh://u%40corp@h'],
  ])('reads %s', (_, line, location) => {
    const { entries, problems } = readRegistrations(line, 'ansible-ini', 'hosts');
    expect(problems).toEqual([]);
    expect(entries.map(({ registration }) => registration.location)).toEqual([location]);
  });

  it('lets inner groups speak before outer ones, and a host before all', () => {
    const inventory = `
      h1
      [inner]
      h1
      h2 suture_environment=development
      [outer:children]
      inner
      [all:vars]
      suture_environment=production
      [outer:vars]
      suture_environment=staging
      suture_criticality=2
      [inner:vars]
      suture_environment=test`;
    const { hosts } = read(inventory, 'ansible-ini');
    expect(hosts['h1']).toMatchObject({ context: { environment: 'test', criticality: 2 } });
    expect(hosts['h2']).toMatchObject({ context: { environment: 'development', criticality: 2 } });
  });
});

describe('hostile inventories', () => {
  it('may go round in circles', () => {
    const { hosts, problems } = read(
      '[a]\nh\n[a:children]\nb\n[b:children]\nc\n[c:children]\na\n[b:vars]\nsuture_criticality=1',
      'ansible-ini',
    );
    expect(hosts['h']).toMatchObject({
      labels: inGroups('a', 'b', 'c'),
      context: { criticality: 1 },
    });
    expect(problems).toEqual([
      'warning - groups contain each other in a circle: a, b, c; their hosts are in all of them',
    ]);
  });

  it('may contain themselves through anchors, and repeat them', () => {
    const circle = read('all: &all\n  children:\n    x: *all', 'ansible-yaml');
    expect(circle.problems.join()).toMatch(/deep/);
    const wide = ['a: &a { hosts: { h: } }'];
    for (let level = 0; level < 12; level += 1) {
      const names = Array.from({ length: 9 }, (_, at) => `g${level}_${at}: *l${level}`);
      wide.push(`l${level + 1}: &l${level + 1} { children: { ${names.join(', ')} } }`);
    }
    wide[0] = 'a: &l0 { hosts: { h: } }';
    expect(read(wide.join('\n'), 'ansible-yaml').problems.join()).toMatch(/without end/);
  });

  it('may be huge', () => {
    const many = read('h[1:99999]\nx[1:99999]', 'ansible-ini');
    expect(Object.keys(many.hosts)).toHaveLength(99_999);
    expect(many.problems).toEqual(['error 2 "x[1:99999]" is no host, or names more than 100000']);
    const groups = Array.from({ length: 6_000 }, (_, at) => `[g${at}:children]\ng${at + 1}`);
    const deep = read(['[g0]', 'h', ...groups].join('\n'), 'ansible-ini');
    expect(deep.problems).toContain('error - there are more than 5000 groups');
  });

  it('may be nested so deeply, for so many hosts, that it would take for ever', () => {
    const groups = Array.from({ length: 4_000 }, (_, at) => `[g${at}:children]\ng${at + 1}`);
    const hosts = Array.from({ length: 4_000 }, (_, at) => `[g${at + 1}]\nh${at}`);
    const { problems } = read([...groups, ...hosts].join('\n'), 'ansible-ini');
    expect(problems.join()).toMatch(/nested too deeply/);
  });

  it('make nothing throw', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .array(
          fc.constantFrom(
            '[',
            ']',
            ':',
            'a',
            'all',
            'hosts',
            'children',
            'vars',
            '\n',
            '  ',
            '=',
            '"',
            '1',
            '&a',
            '*a',
            '{',
            '}',
            '- ',
          ),
        )
        .map((parts) => parts.join('')),
      fc.json(),
    );
    const formats = ['csv', 'ansible-ini', 'ansible-yaml', 'ansible-json'] as const;
    fc.assert(
      fc.property(text, fc.constantFrom(...formats), (given, format) => {
        const { entries, problems } = readRegistrations(given, format, 'x');
        expect(entries.length + problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('expandHosts', () => {
  it.each<[string, readonly string[] | undefined]>([
    ['h', ['h']],
    ['h[1:3]', ['h1', 'h2', 'h3']],
    ['h[08:11].x', ['h08.x', 'h09.x', 'h10.x', 'h11.x']],
    ['h[a:c]', ['ha', 'hb', 'hc']],
    ['h[0:6:3]', ['h0', 'h3', 'h6']],
    ['[a:b][1:2]', ['a1', 'a2', 'b1', 'b2']],
    ['h[3:1]', undefined],
    ['h[1:3:0]', undefined],
    ['h[1:99]', undefined],
    ['h[1:9][1:9]', undefined],
    ['h[1:', undefined],
    ['', undefined],
    ['a b', undefined],
  ])('%j', (pattern, expected) => {
    expect(expandHosts(pattern, 20)).toEqual(expected);
  });
});

describe('splitWords', () => {
  it.each<[string, readonly string[] | undefined]>([
    ['a b=c', ['a', 'b=c']],
    ['a b="c d" e', ['a', 'b=c d', 'e']],
    ["a b='c \"d'", ['a', 'b=c "d']],
    ['a "b \\" c"', ['a', 'b " c']],
    ['a # b', ['a']],
    ['a#b', ['a#b']],
    ['""', ['']],
    ['  ', []],
    ['a "b', undefined],
  ])('%j', (line, expected) => {
    expect(splitWords(line)).toEqual(expected);
  });
});
