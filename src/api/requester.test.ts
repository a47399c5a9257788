import { expect, it } from 'vitest';
import { answersTo, originOf } from './requester.ts';

const headers = (given: Readonly<Record<string, string>>) => ({
  get: (name: string) => given[name],
});
const xff = (value: string) => ({ 'x-forwarded-for': value });

it.each([
  ['alone', '203.0.113.9', {}, [], { address: '203.0.113.9', local: false }],
  ['on this machine', '127.0.0.1', {}, [], { address: '127.0.0.1', local: true }],
  ['on this machine, IPv6', '::1', {}, [], { local: true }],
  ['as IPv4 in IPv6', '::ffff:127.0.0.1', {}, [], { address: '127.0.0.1', local: true }],
  ['through an unknown proxy here', '127.0.0.1', xff('127.0.0.1'), [], { local: false }],
  ['with Forwarded', '127.0.0.1', { forwarded: 'for=1.2.3.4' }, [], { local: false }],
  ['lying about itself', '203.0.113.9', xff('10.1.1.1'), [], { address: '203.0.113.9' }],
  [
    'through a trusted proxy',
    '10.0.0.2',
    xff('203.0.113.9'),
    ['10.0.0.0/8'],
    { address: '203.0.113.9' },
  ],
  [
    'lying to a trusted proxy',
    '10.0.0.2',
    xff('127.0.0.1, 203.0.113.9, 10.0.0.3'),
    ['10.0.0.0/8'],
    { address: '203.0.113.9', local: false },
  ],
  [
    'through a proxy here',
    '127.0.0.1',
    xff('203.0.113.9'),
    ['127.0.0.1'],
    { address: '203.0.113.9', local: false },
  ],
  ['with nonsense', '10.0.0.2', xff('"><b>'), ['10.0.0.2'], { address: '10.0.0.2' }],
  [
    'IPv6 and an IPv4 network',
    '2001:db8::1',
    xff('1.2.3.4'),
    ['10.0.0.0/8'],
    { address: '2001:db8::1' },
  ],
])('tells where a request comes from: %s', (_, peer, given, trusted, expected) => {
  expect(originOf(peer, headers(given), trusted)).toMatchObject(expected);
});

it('believes only a trusted proxy about TLS', () => {
  const given = headers({ 'x-forwarded-proto': 'https' });
  expect(originOf('10.0.0.2', given, ['10.0.0.2']).secure).toBe(true);
  expect(originOf('10.0.0.9', given, ['10.0.0.2']).secure).toBe(false);
});

it.each([
  ['127.0.0.1:4870', true],
  ['[::1]:4870', true],
  ['10.1.2.3', true],
  ['localhost:4870', true],
  ['suture.example.org', true],
  ['SUTURE.example.org.', true],
  ['prometheus-target', true],
  ['evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example', false],
  ['', false],
  [undefined, false],
  ['a b', false],
])('answers to Host %s: %s', (host, answers) => {
  const known = { publicUrl: 'https://suture.example.org', allowedHosts: ['prometheus-target'] };
  expect(answersTo(host, known)).toBe(answers);
});
