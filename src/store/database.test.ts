import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';

it('hands values over as tables.ts says, whatever the process and the server think of time', async () => {
  await using database = await testStore();
  const { rows } = await sql`
    select 9007199254740993::bigint as big, 7::int as small, 0.5::real as real,
      timestamptz '2026-02-03 04:05:06.789123+02' as time, date '2026-02-03' as day,
      timestamptz 'infinity' as never, array[timestamptz '2026-02-03 04:05:06Z', null] as times,
      array[date '2026-02-03'] as days, '{"a": [1]}'::jsonb as json, array['x']::text[] as texts,
      array[1::bigint] as bigs, current_setting('timezone') as zone`.execute(database.store);
  expect(rows[0]).toEqual({
    big: '9007199254740993',
    small: 7,
    real: 0.5,
    time: '2026-02-03T02:05:06.789Z',
    day: '2026-02-03',
    never: 'infinity',
    times: ['2026-02-03T04:05:06.000Z', null],
    days: ['2026-02-03'],
    json: { a: [1] },
    texts: ['x'],
    bigs: ['1'],
    zone: 'UTC',
  });
});

it('gives every test a database of its own', async () => {
  await using one = await testStore();
  await using other = await testStore();
  const value = JSON.stringify(true);
  await one.store.insertInto('setting').values({ name: 'paused', value }).execute();
  expect(await other.store.selectFrom('setting').selectAll().execute()).toEqual([]);
});
