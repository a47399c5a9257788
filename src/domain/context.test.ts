import { expect, it } from 'vitest';
import { type AssetContext, weakened } from './context.ts';

const said = <T>(value: T) => ({ value, source: 'declared', because: '' }) as const;
const shop: AssetContext = {
  environment: said('production'),
  exposure: said('internal'),
  criticality: said(2),
  dataSensitivity: said('confidential'),
};

it.each([
  [{}, []],
  [{ environment: said('staging') }, ['environment']],
  [{ exposure: said('isolated'), criticality: said(3) }, ['exposure', 'criticality']],
  [{ dataSensitivity: said('public') }, ['dataSensitivity']],
  [{ exposure: said('internet'), criticality: said(1), dataSensitivity: said('regulated') }, []],
] as const)('%j makes it less in %j', (change, fields) => {
  expect(weakened(shop, { ...shop, ...change } as AssetContext)).toEqual(fields);
});
